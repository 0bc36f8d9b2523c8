/** `segtape studio` from outside: a child process, spoken to over real sockets. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program, segtape } from "../support/program.ts";
import { ROOT } from "../support/sources.ts";

const children = new Set<ChildProcess>();
let folder = "";

beforeAll(async () => {
  folder = join(dirname(await program()), "studio");
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly addresses: readonly string[];
  readonly port: number;
  /** Everything it has printed so far. */
  readonly printed: () => string;
}

/** Starts the command and waits until it has said where it is. */
async function start(...args: string[]): Promise<Started> {
  const child = spawn(process.execPath, [await program(), "studio", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  let text = "";
  const said = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (data) => {
        text += String(data);
        if (/Ctrl-C|^}/m.test(text)) resolve();
      });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  await said;
  const addresses = [...text.matchAll(/http:\/\/[^\s"]+/g)].map(([address]) => address);
  return { child, addresses, port: Number(new URL(addresses[0]).port), printed: () => text };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends bytes as they are, as no client would, and reads until the server has nothing more to say. */
async function raw(port: number, text: string): Promise<Reply> {
  const socket = connect(port, "127.0.0.1");
  const parts: Buffer[] = [];
  socket.on("data", (data) => parts.push(data));
  // The server may hang up while it is still being spoken to.
  socket.on("error", () => undefined);
  socket.write(text, "latin1");
  // Not once() of node:events, which takes that for a failure.
  await new Promise((resolve) => socket.on("close", resolve));
  const [head, ...rest] = Buffer.concat(parts).toString("latin1").split("\r\n\r\n");
  const [line, ...lines] = head.split("\r\n");
  return {
    status: Number(line.split(" ")[1]),
    headers: Object.fromEntries(
      lines.map((one) => one.split(/: (.*)/, 2)).map(([k, v]) => [k.toLowerCase(), v]),
    ),
    body: rest.join("\r\n\r\n"),
  };
}

/** One request of a path, its Host and other headers as given. */
const ask = (port: number, path: string, host = `127.0.0.1:${port}`, method = "GET", more = "") =>
  raw(port, `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`);

/** Somebody else's server at a port of its own. */
async function occupy(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((_, response) => response.end("not the studio"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe("before it is built", () => {
  test("says what to run", async () => {
    rmSync(folder, { recursive: true, force: true });
    const { code, err } = await segtape("studio", "--port", "0");
    expect(code).toBe(1);
    expect(err).toMatch(/^segtape: studio: .*studio: no such file or folder, .*npm run build:studio/);
  });
});

describe("once it is built", () => {
  let shared: Started;
  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, "scripts/studio.mjs"), folder]);
    // What a folder might hold beside the studio.
    writeFileSync(join(folder, ".secret"), "secret");
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git", "config"), "secret");
    symlinkSync(join(ROOT, "package.json"), join(folder, "outside.json"));
    symlinkSync(join(ROOT, "src"), join(folder, "outside"));
    shared = await start("--port", "0");
  });

  test("prints where it is, and serves the page there", async () => {
    const { addresses, printed } = shared;
    expect(addresses).toHaveLength(1);
    expect(addresses[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const before = printed();
    const page = await fetch(addresses[0]);
    expect(page.status).toBe(200);
    expect(await page.text()).toBe(readFileSync(join(folder, "index.html"), "utf8"));
    expect(printed()).toBe(before); // nothing for a request
  });

  test("--json is one value", async () => {
    const { printed, port } = await start("--port", "0", "--json");
    const said = JSON.parse(printed());
    expect(said).toEqual({ addresses: [`http://127.0.0.1:${port}/`], host: "127.0.0.1", port });
  });

  test("isolates the page, and keeps others from framing or guessing", async () => {
    const { port } = shared;
    for (const path of ["/", "/index.html", "/engine.js", "/studio-style.css", "/icon.svg", "/nothing"]) {
      const { headers } = await ask(port, path);
      expect(headers, path).toMatchObject({
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  test("states the page's own policy, and one for workers that lets gpu.js make functions", async () => {
    const { port } = shared;
    const stated = /Content-Security-Policy"\s+content="([^"]*)"/.exec(
      readFileSync(join(folder, "index.html"), "utf8"),
    )?.[1];
    const page = (await ask(port, "/")).headers["content-security-policy"];
    expect(page).toBe(`${stated}; frame-ancestors 'none'`);
    expect(page).not.toContain("'unsafe-eval'");
    const worker = (await ask(port, "/engine.js")).headers["content-security-policy"];
    expect(worker).toContain("script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'");
  });

  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/studio.js", "text/javascript; charset=utf-8"],
    ["/studio-style.css", "text/css; charset=utf-8"],
    ["/icon.svg", "image/svg+xml"],
  ])("%s is %s", async (path, type) => {
    const { port } = shared;
    expect((await ask(port, path)).headers["content-type"]).toBe(type);
    expect((await ask(port, `${path}?v=1`)).status).toBe(200);
  });

  test("sends a file again only when it has changed", async () => {
    const { port } = shared;
    const first = await ask(port, "/studio.js");
    expect(first.headers["cache-control"]).toBe("no-cache");
    const { etag } = first.headers;
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const second = await ask(port, "/studio.js", undefined, "GET", `If-None-Match: ${tags}\r\n`);
      expect([second.status, second.body, second.headers.etag]).toEqual([304, "", etag]);
    }
    const other = await ask(port, "/studio.js", undefined, "GET", 'If-None-Match: "other"\r\n');
    expect([other.status, other.body]).toEqual([200, first.body]);
  });

  test("HEAD is GET without the file; nothing else is answered", async () => {
    const { port } = shared;
    const get = await ask(port, "/studio.js");
    const head = await ask(port, "/studio.js", undefined, "HEAD");
    expect(head.body).toBe("");
    const { date: _, ...same } = get.headers;
    expect(head.headers).toMatchObject(same);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]) {
      const { status, headers } = await ask(port, "/", undefined, method);
      expect([status, headers.allow], method).toEqual([405, "GET, HEAD"]);
    }
    expect((await ask(port, "/missing", undefined, "HEAD")).body).toBe("");
  });

  test.each([
    "/missing",
    "/../cli.mjs",
    "/../../../../package.json",
    "/./index.html",
    "//index.html",
    "/views/../index.html",
    "/%2e%2e/cli.mjs",
    "/..%2fcli.mjs",
    "/%2e%2e%2f%2e%2e%2fpackage.json",
    "/..%5c..%5cpackage.json",
    "/..\\..\\package.json",
    "/index.html%00.js",
    "/index.html/",
    "/%",
    "/.secret",
    "/.git/config",
    "/outside.json",
    "/outside/index.ts",
    "/constructor",
    "/__proto__",
    "//127.0.0.1/etc/passwd",
    "/etc/passwd",
    "/C:/Windows/win.ini",
    "file:///etc/passwd",
    "*",
  ])("%s is not there", async (path) => {
    const { port } = shared;
    const { status, body, headers } = await ask(port, path);
    expect([status, body]).toEqual([404, "The studio has no file of that name.\n"]);
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
  });

  test("broken requests are refused, and the server lives", async () => {
    const { port } = shared;
    const long = `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const noHost = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    for (const text of [long, noHost, "\0\0\0\r\n\r\n", "GET /\0 HTTP/1.1\r\n\r\n", "GET\r\n\r\n"])
      expect((await raw(port, text)).status).not.toBe(200);
    expect((await ask(port, "/")).status).toBe(200);
  });

  test("answers under names of this machine's loopback alone", async () => {
    const { port } = shared;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LocalHost:${port}`, `[::1]:${port}`])
      expect((await ask(port, "/", host)).status, host).toBe(200);
    const strangers = [
      "evil.example",
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `evil.example@127.0.0.1:${port}`,
      `127.0.0.1:${port + 1}`,
      `localhost`,
      `0.0.0.0:${port}`,
      `192.168.0.1:${port}`,
      "",
    ];
    for (const host of strangers) {
      const { status, body, headers } = await ask(port, "/", host);
      expect(status, host).toBe(403);
      expect(body).toContain(`localhost:${port}`);
      expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    }
  });

  test("does not listen beyond loopback unless it is told to", async () => {
    const { port, printed } = shared;
    expect(printed()).not.toContain("every machine");
    const refused = connect(port, "127.0.0.2");
    const [error] = await once(refused, "error");
    expect((error as NodeJS.ErrnoException).code).toBe("ECONNREFUSED");
  });

  test("--host names another address, and says what that means", async () => {
    const { port, addresses, printed } = await start("--port", "0", "--host", "0.0.0.0");
    expect(addresses[0]).toBe(`http://127.0.0.1:${port}/`);
    expect(printed()).toContain("every machine that reaches this one can open it");
    expect((await ask(port, "/", `evil.example:${port}`)).status).toBe(403);
    for (const address of addresses.slice(1))
      expect((await ask(port, "/", new URL(address).host)).status, address).toBe(200);
  });

  test("a busy port gives the next free one, and says so", async () => {
    const { server, port: busy } = await occupy();
    try {
      const { port, printed, addresses } = await start("--port", String(busy));
      expect(port).toBeGreaterThan(busy);
      expect(port).toBeLessThanOrEqual(busy + 50);
      expect(printed()).toContain(`Port ${busy} is busy; this is the next free one.`);
      expect((await fetch(addresses[0])).status).toBe(200);
    } finally {
      server.close();
    }
  });

  test("two studios stand beside each other without being told", async () => {
    const [first, second] = [await start(), await start()];
    expect(first.port).not.toBe(second.port);
    expect(second.printed()).toContain("is busy; this is the next free one");
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends it at once, whoever is connected", async (signal) => {
    const { child, port } = await start("--port", "0");
    const idle = connect(port, "127.0.0.1");
    const kept = connect(port, "127.0.0.1");
    for (const socket of [idle, kept]) socket.on("error", () => undefined);
    kept.write(`GET /studio.js HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await once(kept, "data");
    const closed = Promise.all([idle, kept].map((socket) => once(socket, "close")));
    const begun = performance.now();
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(performance.now() - begun).toBeLessThan(2000);
    await closed;
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  test.each([
    [["--port", "70000"], '--port is "70000", expected a whole number from 0 to 65535', 2],
    [["--port", "x"], '--port is "x"', 2],
    [["--host", ""], '--host is ""', 2],
    [["--host", "http://x/"], '--host is "http://x/"', 2],
    [["here"], "studio: no argument expected, given here", 2],
    [["--host", "192.0.2.1", "--port", "0"], "studio: the address is 192.0.2.1, port 0", 1],
  ])("studio %j is refused: %s", async (args, message, exit) => {
    const { code, err } = await segtape("studio", ...args);
    expect(err).toContain(message);
    expect(code).toBe(exit);
  });

  test("--help says how", async () => {
    const { out, code } = await segtape("studio", "--help");
    expect(code).toBe(0);
    for (const word of ["--port", "--host", "8431", "127.0.0.1"]) expect(out).toContain(word);
  });
});

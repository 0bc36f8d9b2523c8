/** The studio as a visitor has it: built once, served on loopback, isolated. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { ROOT } from "../../support/sources.ts";
import { ISOLATED } from "./site.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

export interface Studio {
  /** Where it is, without what follows `#`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Builds the studio and serves it. */
export async function startStudio(): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), "segtape-studio-"));
  execFileSync(process.execPath, [join(ROOT, "scripts/studio.mjs"), folder]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const body = readFileSync(join(folder, normalize(path)));
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      const headers = { ...ISOLATED, "Cross-Origin-Resource-Policy": "same-origin" };
      response.writeHead(200, { "Content-Type": type, ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

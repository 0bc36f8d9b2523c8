/** A site on loopback: the library as a page gets it, and pages that tests write. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { build } from "esbuild";
import { browserBundle } from "../../../scripts/bundles.mjs";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** Headers that make a page cross-origin isolated, so that threads can share memory. */
export const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The strictest policy that lets WebAssembly be compiled: no script from text, none from elsewhere. The image is the icon. */
export const STRICT = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:",
};

export interface Site {
  /** Adds a page of this script; gives its address. */
  page(script: string, headers?: Readonly<Record<string, string>>): string;
  /** Paths asked for so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a site that holds the built library under `/segtape`, and bundled test pages under `/pages`. */
export async function startSite(pages: Readonly<Record<string, string>> = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "segtape-site-"));
  await build({ ...browserBundle, outdir: join(folder, "segtape") });
  if (Object.keys(pages).length > 0) {
    await build({
      ...browserBundle,
      entryPoints: { ...pages, "chunks/worker": browserBundle.entryPoints["chunks/worker"] },
      outdir: join(folder, "pages"),
    });
  }
  const made = new Map<
    string,
    { readonly text: string; readonly headers: Readonly<Record<string, string>> }
  >();
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    requests.push(pathname);
    const page = made.get(pathname);
    // Whatever a page loads may be loaded by an isolated one.
    const open = {
      "Cross-Origin-Resource-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    };
    try {
      const body = page?.text ?? readFileSync(join(folder, normalize(pathname)));
      const type = TYPES[extname(pathname)] ?? "application/octet-stream";
      response.writeHead(200, { "Content-Type": type, ...(page?.headers ?? open) }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    requests,
    page(script, headers = {}) {
      const name = `/page${made.size}`;
      made.set(`${name}.js`, { text: script, headers: {} });
      made.set(`${name}.html`, {
        text: `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${name}.js"></script>`,
        headers,
      });
      return `${origin}${name}.html`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a file is told to be, and what the browser may do with it. */
import { extname } from "node:path";

/** Types of the files that the studio is made of. A text without a charset would be guessed at. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

const typeOf = (path: string): string => TYPES[extname(path)] ?? "application/octet-stream";

/** Of every answer. The first two isolate the page, so that its workers may share memory. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/**
 * For a script that runs as a worker; one that a page loads runs under the page's policy. gpu.js makes functions of
 * texts, in the engine's worker and nowhere else, so that the page itself needs no `'unsafe-eval'`.
 */
const WORKER_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; connect-src 'self'; worker-src 'self'";

/** Pages that the studio's own page frames. */
const FRAMED: readonly string[] = ["sandbox.html"];

/** The policy that a page states of itself. */
const STATED = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]*)"/;

/** The policy of a file. A page's is the one it states itself, so that it has the same on any other host. */
function policyOf(path: string, bytes: Buffer): string | null {
  if (path.endsWith(".js")) return WORKER_POLICY;
  if (!path.endsWith(".html")) return null;
  const stated = STATED.exec(bytes.toString("utf8"))?.[1];
  // Who may frame a page can be said in a header only.
  const frames = `frame-ancestors ${FRAMED.includes(path) ? "'self'" : "'none'"}`;
  return stated === undefined ? `default-src 'none'; ${frames}` : `${stated}; ${frames}`;
}

/** Headers of one file. */
export function headersOf(path: string, bytes: Buffer): Record<string, string> {
  const policy = policyOf(path, bytes);
  return {
    ...COMMON_HEADERS,
    ...(policy === null ? {} : { "Content-Security-Policy": policy }),
    "Content-Type": typeOf(path),
    // Kept, but asked for each time: another version may be served at the same port.
    "Cache-Control": "no-cache",
  };
}

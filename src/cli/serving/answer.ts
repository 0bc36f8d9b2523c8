/** One request, one answer: a file, or why not. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServedFiles } from "./files.ts";
import { COMMON_HEADERS } from "./headers.ts";

/** Says in a line of text why there is no file. */
function refuseRequest(
  response: ServerResponse,
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = `${reason}\n`;
  response.writeHead(status, {
    ...COMMON_HEADERS,
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
    ...headers,
  });
  // Node keeps the text from the answer to HEAD.
  response.end(text);
}

/** Whether the browser has the file already. */
const has = (tags = "", tag: string): boolean =>
  tags.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);

/**
 * Answers with one of the files. The path is looked up as it came: no decoding, no `..`, so nothing outside can be
 * named. Our own paths are plain, and browsers send them as they are.
 */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ServedFiles,
  names: ReadonlySet<string>,
): void {
  const host = request.headers.host ?? "";
  if (!names.has(host.toLowerCase())) {
    refuseRequest(
      response,
      403,
      `This is the segtape studio, asked for under the name ${JSON.stringify(host)}, which is not its own: expected ${[...names].join(", ")}.`,
    );
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    // What comes with it is not read.
    const headers = { Allow: "GET, HEAD", Connection: "close" };
    refuseRequest(response, 405, `${request.method} is not answered here, only GET and HEAD are.`, headers);
    return;
  }
  const [path] = (request.url ?? "").split("?", 1);
  const file = files.get(path);
  if (file === undefined) {
    refuseRequest(response, 404, "The studio has no file of that name.");
    return;
  }
  const headers = { ...file.headers, ETag: file.tag };
  if (has(request.headers["if-none-match"], file.tag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, "Content-Length": file.bytes.length }).end(file.bytes);
}

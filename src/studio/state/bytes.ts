/** Bytes as text that an address may hold: deflated, then base64 of the URL-safe alphabet. */

/** More than any map or program of the page has: a link must not fill the memory. */
const MOST = 1 << 22;

/** What comes out of a stream of bytes; fails where it is more than `most`. */
async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  most = Infinity,
): Promise<Uint8Array> {
  // A Blob's stream ends by itself, and its failure is the reader's failure.
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream);
  const reader = source.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error(`more than ${most} bytes`);
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Text for bytes. */
export async function textOfBytes(bytes: Uint8Array): Promise<string> {
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  let binary = "";
  // Byte by byte into String.fromCharCode would be slow, all at once too many arguments.
  for (let at = 0; at < packed.length; at += 8192)
    binary += String.fromCharCode(...packed.subarray(at, at + 8192));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of {@link textOfBytes}; `null` for text that it did not make, and for more than `most` bytes. */
export async function bytesOfText(text: string, most = MOST): Promise<Uint8Array | null> {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return await through(
      Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
      new DecompressionStream("deflate-raw"),
      most,
    );
  } catch {
    return null;
  }
}

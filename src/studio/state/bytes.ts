/** Bytes as text that an address may hold: deflated, then base64 of the URL-safe alphabet. */

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  // A Blob's stream ends by itself, and its failure is the reader's failure.
  const reply = new Response(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream));
  return new Uint8Array(await reply.arrayBuffer());
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

/** The bytes of {@link textOfBytes}; `null` for text that it did not make. */
export async function bytesOfText(text: string): Promise<Uint8Array | null> {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return await through(
      Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
      new DecompressionStream("deflate-raw"),
    );
  } catch {
    return null;
  }
}

/** What every subject is given: masks of blobs, and the logits of a network that is mostly right. */

export interface Scene {
  /** `[8, 1, side, side]`, or fewer images. */
  readonly shape: readonly [images: number, channels: 1, rows: number, columns: number];
  readonly pixels: number;
  readonly logits: Float32Array;
  readonly target: Float32Array;
}

/** Numbers from 0 to 1 that are the same on every machine (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Blob {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** How deep inside the nearest blob a point lies, in image sides; negative outside. */
function depth(blobs: readonly Blob[], x: number, y: number): number {
  let deepest = Number.NEGATIVE_INFINITY;
  for (const blob of blobs) deepest = Math.max(deepest, blob.radius - Math.hypot(x - blob.x, y - blob.y));
  return deepest;
}

/** Five blobs an image. The prediction is shifted against the mask, soft at its border, and noisy. */
export function scene(side: number, images = 8): Scene {
  const random = generator(side * 31 + images);
  const pixels = images * side * side;
  const logits = new Float32Array(pixels);
  const target = new Float32Array(pixels);
  for (let image = 0, at = 0; image < images; image++) {
    const blobs = Array.from({ length: 5 }, () => ({
      x: random(),
      y: random(),
      radius: 0.05 + 0.12 * random(),
    }));
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++, at++) {
        const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
        target[at] = depth(blobs, x, y) > 0 ? 1 : 0;
        const seen = Math.max(-0.12, depth(blobs, x + 0.015, y - 0.01));
        logits[at] = 45 * seen + 1.5 * (random() + random() - 1);
      }
    }
  }
  return { shape: [images, 1, side, side], pixels, logits, target };
}

/** The window of SSIM: 11 weights of a Gaussian of deviation 1.5, which sum to 1. */
export function gaussian(): Float32Array {
  const heights = Float64Array.from({ length: 11 }, (_, i) => Math.exp(-0.5 * ((i - 5) / 1.5) ** 2));
  const total = heights.reduce((sum, height) => sum + height, 0);
  return Float32Array.from(heights, (height) => height / total);
}

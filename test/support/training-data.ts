/** Small images with masks in a folder, and what a run leaves. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "../../src/io/index.ts";
import { seededRandom } from "../../src/random.ts";

export const SIDE = 16;

/** A folder that is removed by `remove`. */
export function temporaryFolder(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `segtape-${name}-`));
  return {
    at: (...parts: string[]) => join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Picture = Parameters<typeof encodePng>[0];

/** How classes 0, 1 and 2 are written. */
export type Paint = (labels: Uint8Array) => Pick<Picture, "data"> & Partial<Picture>;

export const greyPaint =
  (...values: number[]): Paint =>
  (labels) => ({ data: labels.map((label) => values[label]) });

/** Noisy images of a bright disc, and where `classes` is 3 a dim bar; PNG pairs in `images` and `masks`. */
export function writePairs(folder: string, count: number, paint: Paint, classes = 2): void {
  const random = seededRandom(5);
  mkdirSync(join(folder, "images"), { recursive: true });
  mkdirSync(join(folder, "masks"), { recursive: true });
  for (let i = 0; i < count; i++) {
    const [cx, cy, radius] = [random.uniform(5, 11), random.uniform(5, 11), random.uniform(3, 5)];
    const labels = new Uint8Array(SIDE * SIDE);
    const image = new Uint8Array(SIDE * SIDE);
    for (let at = 0; at < labels.length; at++) {
      const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
      if (Math.hypot(x - cx, y - cy) < radius) labels[at] = 1;
      else if (classes === 3 && y > 12) labels[at] = 2;
      image[at] = Math.round([60, 200, 130][labels[at]] + random.uniform(-25, 25));
    }
    const size = { width: SIDE, height: SIDE, channels: 1 };
    writeFileSync(join(folder, "images", `${i}.png`), encodePng({ ...size, data: image }));
    writeFileSync(join(folder, "masks", `${i}.png`), encodePng({ ...size, ...paint(labels) }));
  }
}

/** Options of a training that takes a moment. */
export const TINY = ["--depth", "2", "--base-channels", "2", "--batch", "2", "--threads", "1"];

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
export const readJson = (path: string): any => JSON.parse(readFileSync(path, "utf8"));

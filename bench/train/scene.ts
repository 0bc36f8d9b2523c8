/** What everyone begins with and sees: the same weights, the same batches in the same order. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeSafetensors } from "../../src/io/safetensors.ts";
import { BATCH, type Batch, batch, initialVariables } from "./network.ts";

/** So many different ones; then from the first again. */
const BATCHES = 8;

export interface Scene {
  readonly size: number;
  readonly batches: readonly Batch[];
  /** For other processes, as safetensors: variables by name, and `images` and `masks` of [batches, batch, 1, size, size]. */
  readonly weightsFile: string;
  readonly batchesFile: string;
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.length * arrays[0].length);
  arrays.forEach((array, i) => {
    all.set(array, i * array.length);
  });
  return all;
}

/** The files are gone when this process ends. */
export async function scene(size: number): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "segtape-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const batches = Array.from({ length: BATCHES }, (_, i) => batch(i, size));
  const entries = Object.entries(initialVariables()).map(async ([name, variable]) => {
    return [name, { shape: variable.shape, data: Float32Array.from(await variable.data()) }] as const;
  });
  const shape = [BATCHES, BATCH, 1, size, size];
  const images = { shape, data: joined(batches.map((one) => one.images)) };
  const masks = { shape, data: joined(batches.map((one) => one.masks)) };
  const weightsFile = join(folder, "weights.safetensors");
  const batchesFile = join(folder, "batches.safetensors");
  writeFileSync(weightsFile, encodeSafetensors(Object.fromEntries(await Promise.all(entries))));
  writeFileSync(batchesFile, encodeSafetensors({ images, masks }));
  return { size, batches, weightsFile, batchesFile };
}

/** A batch in arrays that nobody has seen yet, as a loader of data would give it. */
export const fresh = ({ images, masks, size }: Batch): Batch => ({
  images: images.slice(),
  masks: masks.slice(),
  size,
});

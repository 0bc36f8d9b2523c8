/** Hand-written WebAssembly SIMD, one thread, one pass (Dice: two): what segtape should come close to. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOME, loadWabt, type Wabt } from "../libraries.ts";
import type { Scene } from "../scene.ts";
import type { Job, LossName, Subject } from "./types.ts";

/** TypeScript has WebAssembly among the browser's types only. */
interface Engine {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  bce(logits: number, target: number, out: number, pixels: number, factor: number): number;
  dice(logits: number, target: number, out: number, pixels: number, images: number): number;
}

const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Engine };
const PAGE = 65536;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;

function assemble(wabt: Wabt, name: string): object {
  const text = readFileSync(join(HOME, "yardstick", `${name}.wat`), "utf8");
  const parsed = wabt.parseWat(`${name}.wat`, text, { simd: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return new engine.Module(buffer);
}

function job(loss: "bce" | "dice", module: object, scene: Scene, copies: boolean): Job {
  const { logits, target, pixels, shape } = scene;
  const [images] = shape;
  const exports = new engine.Instance(module).exports as Exports;
  exports.memory.grow(Math.ceil((3 * FLOAT * pixels) / PAGE));
  const view = (i: number) => new Float32Array(exports.memory.buffer, i * FLOAT * pixels, pixels);
  const [x, g, out] = [view(0), view(1), view(2)];
  const [, atG, atOut] = [x, g, out].map((array) => array.byteOffset);
  const run =
    loss === "bce"
      ? () => exports.bce(0, atG, atOut, pixels, 1 / pixels) / pixels
      : () => exports.dice(0, atG, atOut, pixels / images, images);
  x.set(logits);
  g.set(target);
  const alone = () => ({ value: run(), grad: out });
  const copied = () => {
    x.set(logits);
    g.set(target);
    return { value: run(), grad: out.slice() };
  };
  return { call: copies ? copied : alone, close() {} };
}

export const WITH_COPIES = "yardstick, with copies in and out";
export const KERNEL_ALONE = "yardstick, kernel alone";

export async function yardsticks(): Promise<Subject[]> {
  const wabt = await loadWabt();
  const modules = { bce: assemble(wabt, "bce"), dice: assemble(wabt, "dice") };
  const subject = (name: string, copies: boolean): Subject => ({
    name,
    group: "yardstick",
    threads: 1,
    open: (loss: LossName, scene) =>
      loss === "bce" || loss === "dice" ? job(loss, modules[loss], scene, copies) : null,
  });
  return [subject(WITH_COPIES, true), subject(KERNEL_ALONE, false)];
}

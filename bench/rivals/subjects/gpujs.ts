/** gpu.js without segtape: kernels for value and gradient, both derived by hand, sums finished in JavaScript. */
import type { Scene } from "../scene.ts";
import { type PixelLoss, pixelKernels, type RegionLoss, regionKernels } from "./gpujs-kernels.ts";
import type { Job, LossName, Subject } from "./types.ts";

export type Data = ArrayLike<number>;

/** Inside a kernel: which cell this is, and what was set once. */
export interface Cell {
  readonly thread: { readonly x: number };
  readonly constants: Readonly<Record<"rows" | "lanes" | "pixels", number>>;
}

export interface KernelSettings {
  readonly output: readonly [number];
  readonly constants: Cell["constants"];
  readonly returnType?: "Array(3)";
}

export interface Gpu {
  createKernel<A extends unknown[], R extends number | number[]>(
    kernel: (this: Cell, ...args: A) => R,
    settings: KernelSettings & typeof COMMON & { asyncMode: boolean; poolSize: number },
  ): KernelOf<A, R>;
  destroy(): Promise<void>;
}

/** Called with `await`: the answer is a promise under `asyncMode` only. */
export interface KernelOf<A extends unknown[], R extends number | number[]> {
  (...args: A): Awaitable<R extends number ? Float32Array : Float32Array[]>;
  readonly kernel: { readonly constructor: { readonly mode: string } };
  destroy(): void;
}

type Awaitable<T> = T | Promise<T>;

const COMMON = { precision: "single", tactic: "precision", loopMaxIterations: 2 ** 24 } as const;

/** Partial sums: enough cells for gpu.js to share them among threads, and each of them has something to add. */
const LANES = 4096;

export type Make = <A extends unknown[], R extends number | number[]>(
  kernel: (this: Cell, ...args: A) => R,
  settings: KernelSettings,
) => KernelOf<A, R>;

function pixelJob(loss: PixelLoss, { logits, target, pixels }: Scene, make: Make): Job {
  const kernels = pixelKernels(loss);
  const constants = { rows: pixels / LANES, lanes: LANES, pixels };
  const value = make(kernels.value, { output: [LANES], constants });
  const grad = make(kernels.grad, { output: [pixels], constants });
  return {
    async call() {
      const sums = await value(logits, target);
      const slope = await grad(logits, target);
      return { value: sums.reduce((a, b) => a + b, 0) / pixels, grad: slope };
    },
    close() {
      value.destroy();
      grad.destroy();
    },
  };
}

function regionJob(loss: RegionLoss, scene: Scene, make: Make): Job {
  const { logits, target } = scene;
  const [images] = scene.shape;
  const kernels = regionKernels(loss);
  const lanes = LANES / images;
  const pixels = scene.pixels / images;
  const constants = { rows: pixels / lanes, lanes, pixels };
  const sums = make(kernels.sums, { output: [LANES], constants, returnType: "Array(3)" });
  const grad = make(kernels.grad, { output: [scene.pixels], constants });
  return {
    async call() {
      const partial = await sums(logits, target);
      const base = new Float32Array(images);
      const slope = new Float32Array(images);
      let value = 0;
      for (let image = 0; image < images; image++) {
        const total = [0, 0, 0];
        for (let lane = image * lanes; lane < (image + 1) * lanes; lane++) {
          for (let k = 0; k < 3; k++) total[k] += partial[lane][k];
        }
        const one = kernels.finish(total[0], total[1], total[2]);
        value += one.value / images;
        base[image] = one.base / images;
        slope[image] = one.slope / images;
      }
      return { value, grad: await grad(logits, target, base, slope) };
    },
    close() {
      sums.destroy();
      grad.destroy();
    },
  };
}

function open(loss: LossName, scene: Scene, make: Make): Job | null {
  if (loss === "bce" || loss === "focal") return pixelJob(loss, scene, make);
  if (loss === "dice" || loss === "focalTversky") return regionJob(loss, scene, make);
  return null;
}

/** `cpu`, `webasm`, and `webasm` with worker threads where several are asked for. */
export async function gpuSubjects(threads: readonly number[]): Promise<Subject[]> {
  const { GPU } = (await import("gpu.js")) as unknown as { GPU: new (settings: { mode: string }) => Gpu };
  const subject = (name: string, mode: string, count: number): Subject => {
    const gpu = new GPU({ mode });
    const make: Make = (kernel, settings) =>
      gpu.createKernel(kernel, { ...COMMON, ...settings, asyncMode: count > 1, poolSize: count });
    return {
      name: `gpu.js ${name}`,
      group: "rival",
      threads: count,
      open: (loss, scene) => open(loss, scene, make),
    };
  };
  const several = threads.filter((count) => count > 1);
  return [
    subject("cpu by hand", "cpu", 1),
    subject("webasm by hand", "webasm", 1),
    ...several.map((count) => subject(`webasm by hand, ${count} threads`, "webasm", count)),
  ];
}

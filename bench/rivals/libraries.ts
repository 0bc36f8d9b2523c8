/** The rivals, loaded where they are installed, with types for what is used of them: their own may not be there. */
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Benchmarks run in the root of the repository: scripts/bench.mjs sees to it. */
export const HOME = join(process.cwd(), "bench", "rivals");
export const INSTALL = "npm ci --prefix bench/rivals";
const NEEDED = ["@jax-js/jax", "@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "wabt"];

export interface TfTensor {
  add(x: TfTensor | number): TfTensor;
  sub(x: TfTensor | number): TfTensor;
  mul(x: TfTensor | number): TfTensor;
  div(x: TfTensor | number): TfTensor;
  pow(x: number): TfTensor;
  square(): TfTensor;
  neg(): TfTensor;
  data(): Promise<Float32Array>;
  dispose(): void;
}

export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
  env(): { get(flag: string): unknown };
  tensor4d(data: Float32Array, shape: readonly number[]): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  sub(a: number, b: TfTensor): TfTensor;
  sum(x: TfTensor, axes?: readonly number[]): TfTensor;
  mean(x: TfTensor, axes?: readonly number[]): TfTensor;
  conv2d(x: TfTensor, filter: TfTensor, stride: number, padding: "valid"): TfTensor;
  valueAndGrad(f: (x: TfTensor) => TfTensor): (x: TfTensor) => { value: TfTensor; grad: TfTensor };
  tidy<T>(f: () => T): T;
  readonly losses: {
    sigmoidCrossEntropy(
      labels: TfTensor,
      logits: TfTensor,
      weights?: TfTensor,
      labelSmoothing?: number,
      reduction?: number,
    ): TfTensor;
  };
  readonly Reduction: { readonly NONE: number };
}

export interface TfWasm {
  getThreadsCount(): number;
}

/** An array of jax-js: whoever takes it owns it; `ref` is one more reference. */
export interface JaxArray {
  readonly ref: JaxArray;
  add(x: JaxArray | number): JaxArray;
  sub(x: JaxArray | number): JaxArray;
  mul(x: JaxArray | number): JaxArray;
  div(x: JaxArray | number): JaxArray;
  neg(): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  /** Takes the array with it, as everything does. */
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** Arrays by name. */
export type JaxRecord = Readonly<Record<string, JaxArray>>;

type JaxLoss = (x: JaxArray, ...rest: JaxArray[]) => JaxArray;
type JaxStep = (x: JaxArray, ...rest: JaxArray[]) => [value: JaxArray, grad: JaxArray];

export interface Jax {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(device: string): string;
  valueAndGrad(f: JaxLoss): JaxStep;
  valueAndGrad(
    f: (x: JaxRecord, ...rest: JaxArray[]) => JaxArray,
  ): (x: JaxRecord, ...rest: JaxArray[]) => [value: JaxArray, grad: JaxRecord];
  jit<F extends (...args: never[]) => unknown>(f: F): F;
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    sigmoid(x: JaxArray): JaxArray;
    softplus(x: JaxArray): JaxArray;
  };
  readonly numpy: {
    array(data: Float32Array): JaxArray;
    sum(x: JaxArray, axes?: readonly number[]): JaxArray;
    mean(x: JaxArray, axes?: readonly number[]): JaxArray;
    square(x: JaxArray): JaxArray;
    power(x: JaxArray, exponent: number): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    subtract(a: number, b: JaxArray): JaxArray;
    max(x: JaxArray, axes: readonly number[]): JaxArray;
    repeat(x: JaxArray, repeats: number, axis: number): JaxArray;
    concatenate(xs: readonly JaxArray[], axis: number): JaxArray;
    zerosLike(x: JaxArray): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, filter: JaxArray, strides: readonly number[], padding: "VALID" | "SAME"): JaxArray;
  };
}

export interface Wabt {
  parseWat(
    name: string,
    text: string,
    features: { simd: boolean },
  ): {
    toBinary(options: object): { readonly buffer: Uint8Array<ArrayBuffer> };
    destroy(): void;
  };
}

const folderOf = (name: string) => join(HOME, "node_modules", ...name.split("/"));

/** Names of what is not installed. */
export const missing = (): string[] => NEEDED.filter((name) => !existsSync(folderOf(name)));

/** Versions of everything that is there to be measured, by name. */
export function versions(): Record<string, string> {
  const folders = [...NEEDED.map(folderOf), join(process.cwd(), "node_modules", "gpu.js"), process.cwd()];
  return Object.fromEntries(
    folders.filter(existsSync).map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return [name as string, version as string];
    }),
  );
}

async function load<T>(name: string): Promise<T> {
  const loader = pathToFileURL(join(HOME, "load.mjs")).href;
  const module = await (await import(loader)).load(name);
  return (module.default ?? module) as T;
}

export async function loadTf(): Promise<{ tf: Tf; wasm: TfWasm }> {
  const tf = await load<Tf>("@tensorflow/tfjs");
  const wasm = await load<TfWasm>("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs: setBackend('wasm') is refused");
  await tf.ready();
  return { tf, wasm };
}

export async function loadJax(): Promise<Jax> {
  // Node 20 has no `navigator`, which jax-js asks for the browser's name and cores.
  if (!("navigator" in globalThis)) {
    const value = { userAgent: `Node.js/${process.version}`, hardwareConcurrency: cpus().length };
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  }
  const jax = await load<Jax>("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return jax;
}

export const loadWabt = async (): Promise<Wabt> => (await load<() => Promise<Wabt>>("wabt"))();

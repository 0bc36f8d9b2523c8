/** The part of gpu.js that is used, typed, and loaded on demand: who never asks for it never pays for it. */
import { BackendError } from "../../errors.ts";

export type GpuMode = "headlessgl" | "webgl2" | "webgpu" | "webasm" | "cpu";

export interface KernelSettings {
  readonly output: readonly number[];
  readonly precision: "single";
  readonly tactic: "precision";
  readonly loopMaxIterations: number;
  readonly constants?: Readonly<Record<string, Float32Array>>;
}

/** A kernel as gpu.js hands it out. Inside a pipeline it takes and gives handles. */
export interface Kernel {
  (...args: unknown[]): unknown;
  readonly kernel: {
    readonly fallbackReason?: string | null;
    readonly constructor: { readonly mode: string };
  };
  destroy(): void;
}

export interface Pipeline {
  (...args: Float32Array[]): Promise<Float32Array[]>;
  readonly executorKind: string;
  readonly backend: string | null;
  readonly fallbackReason: string | null;
  destroy(): Promise<void>;
}

/** What of a WebGL context is asked for. */
export interface GlContext {
  isContextLost?(): boolean;
}

export interface Gpu {
  /** Of the GL modes, once a kernel was made. */
  readonly context?: GlContext | null;
  readonly kernels: unknown[];
  createKernel(text: string, settings: KernelSettings): Kernel;
  createPipeline(orchestrate: (...args: unknown[]) => unknown[], settings: { threads: boolean }): Pipeline;
  destroy(): Promise<void>;
}

/** What tells whether GL works, and on what. */
export interface GlKernelClass {
  readonly isSupported: boolean;
  readonly testContext?: { readonly _getParameterDirect?: (name: number) => unknown } | null;
}

export interface GpuLibrary {
  readonly GPU: {
    new (settings: { mode: GpuMode }): Gpu;
    readonly isWebGL2Supported: boolean;
    readonly isWebGPUSupported: boolean;
  };
  readonly HeadlessGLKernel?: GlKernelClass;
}

let library: Promise<GpuLibrary> | null = null;

/** Loads gpu.js, once. */
export function loadLibrary(): Promise<GpuLibrary> {
  library ??= import("gpu.js").then(
    // Its own types leave out what is needed here and type handles as `any`. In a browser the default is all there is.
    (module) => ((module as { default?: unknown }).default ?? module) as GpuLibrary,
    (cause: unknown) => {
      library = null;
      throw new BackendError("gpu.js could not be loaded, expected it as an installed dependency", {
        op: "setBackend",
        cause,
      });
    },
  );
  return library;
}

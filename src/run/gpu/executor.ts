/** gpu.js as an executor: one GPU object a mode, plans made of generated kernels. */

import type { HostArray } from "../../array.ts";
import { BackendError, SegtapeError } from "../../errors.ts";
import type { SimplifiedGraph } from "../../graph/simplify.ts";
import type { Executor, Kept, Plan } from "../executor.ts";
import { IN_NODE } from "../in-node.ts";
import { HostKept } from "../kept.ts";
import { adapterName, browserRenderer, headlessRenderer } from "./hardware.ts";
import { type Gpu, type GpuLibrary, type GpuMode, loadLibrary } from "./library.ts";
import { isLost } from "./loss.ts";
import { GpuPlan } from "./plan.ts";

function unavailable(mode: GpuMode, reason: string, cause?: unknown): BackendError {
  return new BackendError(`${mode} does not work here: ${reason}`, {
    op: "setBackend",
    argument: "id",
    given: mode,
    cause,
  });
}

function explainHeadless(library: GpuLibrary): string {
  if (!IN_NODE) return "headlessgl is for Node; browsers have webgl2";
  if (process.platform === "linux" && (process.env.DISPLAY ?? "") === "") {
    return "it needs an X display: run under xvfb-run -a (Debian: apt install xvfb libgl1-mesa-dri)";
  }
  return library.HeadlessGLKernel === undefined
    ? "this build of gpu.js has no headless GL"
    : "the optional package gl is missing or broken; its build needs python3, a C++ compiler, and " +
        "on Debian libx11-dev libxi-dev libxext-dev libgl1-mesa-dev, then npm rebuild gl";
}

/** Throws where a mode is not there; gives the device's name where it is. */
async function deviceOf(library: GpuLibrary, mode: GpuMode): Promise<string> {
  switch (mode) {
    case "cpu":
      return "JavaScript, one thread";
    case "webasm":
      if (!("WebAssembly" in globalThis)) throw unavailable(mode, "there is no WebAssembly");
      return "WebAssembly of gpu.js";
    case "headlessgl":
      if (library.HeadlessGLKernel?.isSupported !== true) throw unavailable(mode, explainHeadless(library));
      return headlessRenderer(library.HeadlessGLKernel) ?? "OpenGL";
    case "webgl2":
      if (!library.GPU.isWebGL2Supported) {
        throw unavailable(
          mode,
          IN_NODE ? "webgl2 is for browsers; Node has headlessgl" : "the browser has no WebGL 2",
        );
      }
      return browserRenderer() ?? "WebGL 2";
    case "webgpu": {
      const name = library.GPU.isWebGPUSupported ? await adapterName() : null;
      if (name === null)
        throw unavailable(
          mode,
          IN_NODE
            ? "Node has no navigator.gpu (the npm package webgpu makes one)"
            : "the browser offers no WebGPU adapter",
        );
      return name;
    }
  }
}

class GpuExecutor implements Executor {
  readonly id: GpuMode;
  readonly device: string;
  readonly precision = "float32";
  readonly #gpu: Gpu;

  constructor(id: GpuMode, device: string, gpu: Gpu) {
    this.id = id;
    this.device = device;
    this.#gpu = gpu;
  }

  get lost(): boolean {
    return isLost(this.#gpu);
  }

  async plan(graph: SimplifiedGraph): Promise<Plan> {
    return new GpuPlan(this.#gpu, this.id, graph);
  }

  /** On the host: a pipeline of gpu.js reads no handles, so every run takes its arguments in anew. */
  keep(data: HostArray): Kept {
    return new HostKept(data.slice());
  }

  async release(): Promise<void> {
    await this.#gpu.destroy();
  }
}

/**
 * The executor of one gpu.js mode.
 *
 * @throws {@link BackendError} where the mode does not work here, with what to do about it
 */
export async function createGpuExecutor(mode: GpuMode): Promise<Executor> {
  const library = await loadLibrary();
  try {
    const device = await deviceOf(library, mode);
    return new GpuExecutor(mode, device, new library.GPU({ mode }));
  } catch (error) {
    if (error instanceof SegtapeError) throw error;
    throw unavailable(mode, error instanceof Error ? error.message : String(error), error);
  }
}

/** The five modes of gpu.js: what each can take, how it names itself when it really ran. */
import { type Dialect, JAVASCRIPT, SHADER, WEBASSEMBLY } from "../../../kernels/gpu/dialect.ts";
import type { ScheduleLimits } from "../schedule.ts";
import type { GpuMode } from "./library.ts";

export interface ModeFacts {
  readonly dialect: Dialect;
  readonly limits: ScheduleLimits;
  /** What `pipeline.backend` says when the mode itself ran. */
  readonly backend: string;
  /** A fused executor is expected; a `fallbackReason` means that it was not used. */
  readonly fused: boolean;
  /** Threads wanted before a reduction stops being cut into partial ones. */
  readonly threads: number;
}

const NODES = 96;

export const MODES: Readonly<Record<GpuMode, ModeFacts>> = {
  cpu: { dialect: JAVASCRIPT, limits: { reads: 32, nodes: NODES }, backend: "cpu", fused: false, threads: 1 },
  webasm: {
    dialect: WEBASSEMBLY,
    limits: { reads: 32, nodes: NODES },
    backend: "webasm",
    fused: true,
    threads: 64,
  },
  // 32 texture units in headless-gl, 16 guaranteed by WebGL 2; one of them goes to each table.
  headlessgl: {
    dialect: SHADER,
    limits: { reads: 14, nodes: NODES },
    backend: "gpu",
    fused: false,
    threads: 4096,
  },
  webgl2: {
    dialect: SHADER,
    limits: { reads: 14, nodes: NODES },
    backend: "gpu",
    fused: false,
    threads: 4096,
  },
  // 8 storage buffers a stage: one is the output, up to two are tables.
  webgpu: {
    dialect: SHADER,
    limits: { reads: 5, nodes: NODES },
    backend: "webgpu",
    fused: true,
    threads: 4096,
  },
};

/** What is measured: a library, set up, that computes value and gradient of a loss. */
import type { Scene } from "../scene.ts";

/** Losses that every library has to show. */
export const SHARED_LOSSES = ["bce", "focal", "focalTversky", "dice", "ssim"] as const;
/** Losses that segtape alone has. */
export const OWN_LOSSES = ["hausdorff", "msSsim"] as const;
export const LOSSES = [...SHARED_LOSSES, ...OWN_LOSSES] as const;

export type SharedLoss = (typeof SHARED_LOSSES)[number];
export type LossName = (typeof LOSSES)[number];

export interface Result {
  readonly value: number;
  readonly grad: ArrayLike<number>;
}

/** One loss on one scene, with the data already where the library keeps them. */
export interface Job {
  /** Before each turn, outside the timed part. */
  prepare?(): Promise<void>;
  /** The timed part: until value and gradient are JavaScript numbers. */
  call(): Result | Promise<Result>;
  close(): void | Promise<void>;
}

export type Group = "segtape" | "rival" | "yardstick";

export interface Subject {
  readonly name: string;
  readonly group: Group;
  readonly threads: number;
  /** `null` where the subject does not have this loss. */
  open(loss: LossName, scene: Scene): Job | null | Promise<Job | null>;
}

export const isShared = (loss: LossName): loss is SharedLoss => SHARED_LOSSES.some((name) => name === loss);

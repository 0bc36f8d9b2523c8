/** What PyTorch computed, as `make.py` beside this file wrote it. */
import data from "./trajectories.json" with { type: "json" };

export type Values = Readonly<Record<string, readonly number[]>>;

export interface NamedSchedule {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Trajectory {
  readonly name: string;
  readonly optimizer: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The weight decay is for the parameter `weight` alone. */
  readonly decays?: "weight";
  readonly clipByGlobalNorm?: number;
  readonly clipByValue?: number;
  readonly schedule?: NamedSchedule;
  /** Learning rates of steps 0, 1, ... */
  readonly rates?: readonly number[];
  /** The loss before the steps whose number is a key of `parameters`. */
  readonly losses: readonly number[];
  /** Parameters after some of the steps. */
  readonly parameters: Readonly<Record<string, Values>>;
}

export interface PlateauRun {
  readonly options: Readonly<Record<string, unknown>>;
  /** `null` stands for NaN. */
  readonly observed: readonly (number | null)[];
  readonly rates: readonly number[];
}

export interface Problem {
  readonly inputs: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly curvature: Values;
  readonly centre: Values;
  readonly start: Values;
}

export const problem: Problem = data.problem;
export const trajectories = data.trajectories as unknown as readonly Trajectory[];
export const plateaus = data.plateaus as unknown as readonly PlateauRun[];

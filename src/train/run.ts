/** A run of training: steps, epochs, and what is told and kept in between. */
import { OptionError, refuse } from "../errors.ts";
import { takesProgress } from "../losses/combine/progress.ts";
import type { Module } from "../nn/module.ts";
import { tensor } from "../tensor.ts";
import { type StatefulFunction, stateful, type TensorRecord } from "../transform/stateful.ts";
import { batches } from "./data/batch.ts";
import { PURPOSE, seedOf } from "./data/draw.ts";
import { directionOf, evaluateModel } from "./evaluate.ts";
import { type Watched, watch } from "./monitor.ts";
import type { Setup } from "./setup.ts";
import { arraysOf, tensorsOf } from "./state.ts";
import {
  explainFailure,
  joinState,
  type StepParts,
  type StepValue,
  splitState,
  trainingStep,
} from "./step.ts";
import type {
  Data,
  EpochRecord,
  FitLoss,
  FitResult,
  Progress,
  Sample,
  StepEvent,
  StopReason,
  TrainingState,
} from "./types.ts";

/** How much of the mean time of a step the last one makes up. */
const LATEST = 0.2;

/** How long steps may follow each other before timers and signals get a turn. */
const BREATH = 0.05;

const seconds = () => performance.now() / 1000;

export class Run {
  readonly #model: Module;
  readonly #validation: readonly Sample[];
  readonly #setup: Setup;
  readonly #parts: StepParts;
  readonly #stateful: StatefulFunction<StepValue>;
  readonly #batch: ReturnType<typeof batches>;
  readonly #metrics: readonly string[];
  readonly #monitor: string;
  readonly #mode: "min" | "max";
  readonly #begun = seconds();
  /** Whether the loss wants to know how far the training is. */
  readonly #asksProgress: boolean;
  readonly #firstStep: number;
  #step: number;
  #lossSum: number;
  #history: EpochRecord[];
  #watched: Watched;
  #stopped: StopReason | null = null;
  /** Mean seconds of a step, callbacks and validation left out. */
  #pace: number | null = null;
  #breathed = this.#begun;
  /** When the first step of this call was done. */
  #prepared = 0;
  /** Step of the last checkpoint, and whether an epoch since was the best. */
  #savedAt = -1;
  #improved = false;

  constructor(model: Module, data: Data, loss: FitLoss, setup: Setup) {
    const { settings, optimizer, crop } = setup;
    const { resume, batchSize, seed, augmentation, normalization } = settings;
    this.#model = model;
    this.#validation = data.validation ?? [];
    this.#setup = setup;
    this.#parts = { model, loss, optimizer, options: settings };
    this.#asksProgress = takesProgress(loss);
    this.#stateful = stateful(joinState(setup.variables, setup.optimizerState), trainingStep(this.#parts));
    this.#batch = batches({ samples: data.train, crop, batchSize, seed, augmentation, normalization });
    this.#metrics = this.#validation.length === 0 ? [] : (settings.metrics ?? ["dice"]);
    this.#monitor = settings.monitor ?? this.#metrics[0] ?? "loss";
    this.#mode = settings.mode ?? (this.#monitor === "loss" ? "min" : directionOf(this.#monitor));
    this.#step = resume?.step ?? 0;
    this.#firstStep = this.#step;
    this.#lossSum = resume?.lossSum ?? 0;
    this.#history = [...(resume?.history ?? [])];
    this.#watched = { best: resume?.best ?? null, waited: resume?.waited ?? 0 };
    const { schedule } = settings;
    if (typeof schedule === "object" && resume?.plateau != null) schedule.restore(resume.plateau);
    if (resume !== undefined) this.#savedAt = this.#step;
  }

  async go(): Promise<FitResult> {
    const { settings, stepsPerEpoch } = this.#setup;
    const every = settings.checkpointEvery ?? stepsPerEpoch;
    this.#checkEnd();
    while (this.#stopped === null) {
      const event = await this.#oneStep();
      await settings.onStep?.({ ...this.#progress(), ...event });
      if (this.#step % stepsPerEpoch === 0) await this.#endEpoch(event.learningRate);
      if (this.#step % every === 0) await this.#save();
      await this.#breathe();
      this.#checkEnd();
    }
    if (this.#savedAt !== this.#step) await this.#save();
    const state = await this.#state();
    const variables = tensorsOf(state.variables);
    return {
      variables,
      bestVariables: state.best === null ? variables : tensorsOf(state.best.variables),
      stopped: this.#stopped,
      state,
      seconds: seconds() - this.#begun,
    };
  }

  release(): void {
    this.#stateful.release();
  }

  async #oneStep(): Promise<Pick<StepEvent, "loss" | "gradientNorm" | "learningRate">> {
    const { settings, imageShape, targetShape } = this.#setup;
    const begun = seconds();
    const step = this.#step;
    const learningRate = this.#learningRate();
    const { images, targets } = this.#batch(step);
    const inputs = [tensor(images, imageShape), tensor(targets, targetShape), tensor(learningRate)];
    if (this.#asksProgress) inputs.push(tensor(this.#share()));
    const seed = seedOf(settings.seed, PURPOSE.noise, step);
    const value = await this.#stateful.run(inputs, { seed });
    const [loss, gradientNorm] = [await value.loss.item(), await value.gradientNorm.item()];
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      const { variables } = splitState(await this.#stateful.read());
      throw await explainFailure(this.#parts, variables, inputs, { step, seed, loss, gradientNorm });
    }
    this.#step++;
    this.#lossSum += loss;
    const taken = seconds() - begun;
    // The first step of a run includes the making of its plan.
    const done = this.#step - this.#firstStep;
    this.#pace = this.#pace === null || done <= 2 ? taken : this.#pace + LATEST * (taken - this.#pace);
    if (done === 1) this.#prepared = seconds();
    return { loss, gradientNorm, learningRate };
  }

  /** An executor on this thread never waits: without a pause, no timer and no signal would ever be heard. */
  async #breathe(): Promise<void> {
    if (seconds() - this.#breathed < BREATH) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#breathed = seconds();
  }

  /** Share of the training that is done: by steps where there is a number of them, else by the clock. */
  #share(): number {
    const { settings, totalSteps } = this.#setup;
    if (totalSteps !== null) return Math.min(1, this.#step / totalSteps);
    const { minutes = Infinity, resume } = settings;
    const before = resume?.progress ?? 0;
    return Math.min(1, before + (1 - before) * ((seconds() - this.#begun) / (60 * minutes)));
  }

  #learningRate(): number {
    const { settings, optimizer } = this.#setup;
    const { schedule } = settings;
    if (schedule === undefined) return optimizer.learningRate;
    const rate = typeof schedule === "function" ? schedule(this.#step) : schedule.learningRate;
    if (!Number.isFinite(rate) || rate < 0)
      refuse(OptionError, "fit", `schedule(${this.#step})`, String(rate), "a number from 0");
    return rate;
  }

  async #variables(): Promise<TensorRecord> {
    return splitState(await this.#stateful.read()).variables;
  }

  async #endEpoch(learningRate: number): Promise<void> {
    const { settings, stepsPerEpoch, totalSteps } = this.#setup;
    const epoch = this.#step / stepsPerEpoch;
    const loss = this.#lossSum / stepsPerEpoch;
    this.#lossSum = 0;
    const due = epoch % settings.validateEvery === 0 || this.#step === totalSteps;
    const metrics = due && this.#metrics.length > 0 ? await this.#validate() : null;
    this.#history.push({ epoch, step: this.#step, loss, learningRate, metrics });

    const value = this.#monitor === "loss" ? loss : metrics?.[this.#monitor];
    let improved = false;
    if (value !== undefined) {
      const rules = { mode: this.#mode, minDelta: settings.minDelta };
      const before = this.#watched;
      this.#watched = await watch(before, { epoch, value }, rules, async () =>
        arraysOf(await this.#variables()),
      );
      improved = this.#watched.best !== before.best;
      this.#improved ||= improved;
      if (typeof settings.schedule === "object") settings.schedule.observe(value);
      if (this.#watched.waited >= (settings.patience ?? Infinity)) this.#stopped ??= "patience";
    }
    await settings.onEpoch?.({ ...this.#progress(), epoch, loss, metrics, improved });
  }

  async #validate(): Promise<Record<string, number>> {
    const { settings } = this.#setup;
    const { normalization, ignoreIndex, prediction } = settings;
    const options = { ...prediction, normalization, ignoreIndex, onSample: () => this.#breathe() };
    const { mean } = await evaluateModel(
      this.#model,
      await this.#variables(),
      this.#validation,
      this.#metrics,
      options,
    );
    return mean;
  }

  async #save(): Promise<void> {
    const { onCheckpoint } = this.#setup.settings;
    this.#savedAt = this.#step;
    if (onCheckpoint === undefined) return;
    const improved = this.#improved;
    this.#improved = false;
    await onCheckpoint({ ...this.#progress(), state: await this.#state(), improved });
  }

  async #state(): Promise<TrainingState> {
    const { settings, common } = this.#setup;
    const { variables, optimizer } = splitState(await this.#stateful.read());
    return {
      step: this.#step,
      seed: settings.seed,
      variables: await arraysOf(variables),
      optimizer: await arraysOf(optimizer),
      history: [...this.#history],
      lossSum: this.#lossSum,
      best: this.#watched.best,
      waited: this.#watched.waited,
      ...(this.#asksProgress && this.#setup.totalSteps === null ? { progress: this.#share() } : {}),
      plateau: typeof settings.schedule === "object" ? settings.schedule.state : null,
      settings: common,
    };
  }

  #progress(): Progress {
    const { settings, stepsPerEpoch, totalSteps } = this.#setup;
    const elapsed = seconds() - this.#begun;
    const byTime = settings.minutes === undefined ? Infinity : settings.minutes * 60 - elapsed;
    const done = this.#step - this.#firstStep;
    const each = done < 2 ? this.#pace : (seconds() - this.#prepared) / (done - 1);
    const bySteps = totalSteps === null || each === null ? Infinity : (totalSteps - this.#step) * each;
    const left = Math.min(byTime, bySteps);
    return {
      step: this.#step,
      epoch: Math.max(1, Math.ceil(this.#step / stepsPerEpoch)),
      totalSteps,
      imagesPerSecond: this.#pace === null ? 0 : settings.batchSize / this.#pace,
      secondsLeft: Number.isFinite(left) ? Math.max(0, left) : null,
      stop: () => {
        this.#stopped ??= "callback";
      },
    };
  }

  /** Why the run ends here, if it does. */
  #checkEnd(): void {
    const { settings, stepsPerEpoch } = this.#setup;
    const { steps = Infinity, epochs = Infinity, minutes = Infinity, signal } = settings;
    if (this.#stopped !== null) return;
    if (signal?.aborted) this.#stopped = "signal";
    else if (this.#step >= steps) this.#stopped = "steps";
    else if (this.#step >= epochs * stepsPerEpoch) this.#stopped = "epochs";
    else if (seconds() - this.#begun >= minutes * 60) this.#stopped = "minutes";
  }
}

/** Training as it goes: a bar where somebody is looking, else a line an epoch. */
import { SingleBar } from "cli-progress";
import type { EpochEvent, StepEvent } from "../../train/types.ts";
import { short } from "../print.ts";

/** How progress is shown. */
export type Display = "bar" | "lines" | "none";

/** Seconds as a clock reads: `0:07`, `12:30`, `2:05:00`. */
function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A bar on a terminal, lines elsewhere, nothing beside JSON. */
export const displayFor = (json: boolean): Display =>
  json ? "none" : process.stderr.isTTY === true ? "bar" : "lines";

/** The progress of one training, or of one of several. */
export class TrainingProgress {
  readonly #display: Display;
  readonly #label: string;
  /** Trainings that are still to come, each about as long as this one. */
  readonly #toCome: number;
  #bar: SingleBar | null = null;
  #metric = "";
  #first: { readonly step: number; readonly time: number } | null = null;

  constructor(display: Display, label = "", toCome = 0) {
    this.#display = display;
    this.#label = label;
    this.#toCome = toCome;
  }

  step({ step, totalSteps, loss, imagesPerSecond, secondsLeft }: StepEvent): void {
    if (this.#display !== "bar") return;
    this.#first ??= { step, time: performance.now() };
    // Where only time ends the run, the pace so far tells how many steps there may be.
    const elapsed = (performance.now() - this.#first.time) / 1000;
    const coming = elapsed > 0 ? ((secondsLeft ?? 0) * (step - this.#first.step)) / elapsed : 0;
    const total = totalSteps ?? step + Math.round(coming);
    const left =
      secondsLeft === null ? null : secondsLeft + this.#toCome * this.#perRun(step, total, secondsLeft);
    const shown = {
      label: this.#label === "" ? "" : `${this.#label}  `,
      loss: short(loss),
      metric: this.#metric,
      speed: imagesPerSecond.toFixed(1),
      left: left === null ? "?" : timeText(left),
    };
    if (this.#bar === null) {
      this.#bar = new SingleBar({
        format: "{label}{bar} {value}/{total}  loss {loss}{metric}  {speed} images/s  {left} left",
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 24,
        linewrap: false,
      });
      this.#bar.start(total, step, shown);
    }
    this.#bar.setTotal(total);
    this.#bar.update(step, shown);
  }

  /** Seconds of a whole run, judged by what is left of this one. */
  #perRun(step: number, total: number, left: number): number {
    return step >= total ? 0 : (left * total) / (total - step);
  }

  epoch({ epoch, step, loss, metrics, improved, imagesPerSecond }: EpochEvent): void {
    const measured = Object.entries(metrics ?? {}).map(([name, value]) => `  ${name} ${value.toFixed(4)}`);
    this.#metric = measured[0] ?? this.#metric;
    if (this.#display !== "lines") return;
    const label = this.#label === "" ? "" : `${this.#label}  `;
    process.stderr.write(
      `${label}epoch ${epoch}  step ${step}  loss ${short(loss)}${measured.join("")}  ${imagesPerSecond.toFixed(1)} images/s${improved ? "  best" : ""}\n`,
    );
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
  }
}

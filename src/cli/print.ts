/** Text for the terminal: tables, numbers, progress. Only the command line prints. */
import { SingleBar } from "cli-progress";

/** Prints a value as JSON; numbers that JSON lacks become text. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(
    value,
    (_key, item) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : item),
    2,
  );
  process.stdout.write(`${text}\n`);
}

/** A number in at most 9 characters. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? Number(value.toPrecision(5)).toString() : value.toExponential(2);
}

/** Prints rows in columns; numbers stand at the right. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const numeric = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.]|^(|NaN|-?Infinity)$/.test(row[i])),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  process.stdout.write(`${[line(head), rule, ...rows.map(line)].join("\n")}\n`);
}

/** A bar on stderr for work over a second, where somebody is looking. */
export class Progress {
  readonly #total: number;
  readonly #started = performance.now();
  readonly #enabled: boolean;
  #bar: SingleBar | null = null;

  constructor(total: number, enabled = process.stderr.isTTY === true) {
    this.#total = total;
    this.#enabled = enabled;
  }

  /** Tells how far the work is, and what is being done. */
  update(done: number, what: string): void {
    if (!this.#enabled) return;
    if (this.#bar === null) {
      if (performance.now() - this.#started < 1000) return;
      this.#bar = new SingleBar({
        format: "{bar} {value}/{total}  {what}  {eta_formatted} left",
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 30,
      });
      this.#bar.start(this.#total, done, { what });
    }
    this.#bar.update(done, { what });
  }

  stop(): void {
    this.#bar?.stop();
  }
}

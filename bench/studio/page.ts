/** What is measured within the page: functions that Chromium runs, so they use nothing from outside of themselves. */
import type { Page } from "playwright-core";

/** What this uses of the page's objects; benchmarks are compiled without the DOM's types. */
interface Element {
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly disabled: boolean;
  click(): void;
}
declare const document: {
  querySelectorAll(selector: string): Iterable<Element>;
  querySelector(selector: string): Element | null;
};
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}
declare const MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
declare const requestAnimationFrame: (callback: (time: number) => void) => void;

/** Milliseconds from the start of the navigation until this many losses are shown, and their maps drawn. */
export function firstPicture(page: Page, losses: number): Promise<number> {
  return page.evaluate(
    (count) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const shown = [...document.querySelectorAll("output[data-value]")].length;
          if (shown < count) requestAnimationFrame(look);
          // What was decided in this frame is on the screen when the next begins.
          else requestAnimationFrame(() => resolve(performance.now()));
        };
        look();
      }),
    losses,
  );
}

/** How long an edit took. */
export interface Edit {
  /** Until every loss shows its new value. */
  readonly values: number;
  /** Until the maps are drawn as well. */
  readonly maps: number;
}

/** Undoes or redoes an edit, by a click, and waits for what all losses say of it. */
export function edit(page: Page, button: "Undo" | "Redo"): Promise<Edit> {
  return page.evaluate(
    (label) =>
      new Promise<Edit>((resolve) => {
        const outputs = () =>
          [...document.querySelectorAll("output[data-value]")].map(({ dataset }) => dataset.value);
        const before = outputs();
        const start = performance.now();
        document.querySelector(`button[aria-label="${label}"]`)?.click();
        const { port1, port2 } = new MessageChannel();
        // Between frames too: values change when they change, not when the screen does.
        port1.onmessage = () => {
          const now = outputs();
          if (now.length < before.length || now.some((value, i) => value === before[i])) {
            port2.postMessage(null);
            return;
          }
          const values = performance.now() - start;
          requestAnimationFrame(() => {
            port1.close();
            resolve({ values, maps: performance.now() - start });
          });
        };
        port2.postMessage(null);
      }),
    button,
  );
}

/** Steps a second that Descend shows over some time. */
export function stepsASecond(page: Page, milliseconds: number): Promise<number> {
  return page.evaluate(async (time) => {
    const step = () => Number(document.querySelector("output[data-step]")?.dataset.step);
    const from = step();
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, time));
    return (1000 * (step() - from)) / (performance.now() - start);
  }, milliseconds);
}

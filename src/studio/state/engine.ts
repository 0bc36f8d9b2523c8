/** The one engine worker of the page, and the executor it runs on. */
import { computed, effect, signal } from "@preact/signals";
import type { BackendChoice } from "../../run/backends.ts";
import type { EngineMethods } from "../worker/engine-methods.ts";
import { type Running, startWorker } from "../worker/start.ts";
import { address, remember } from "./address.ts";

const CHOICES: readonly BackendChoice[] = ["auto", "wasm", "webgl2", "webgpu", "cpu", "webasm", "reference"];

/** The executor asked for. */
export const backend = computed<BackendChoice>(
  () => CHOICES.find((id) => id === address.value.parameters.get("run")) ?? "wasm",
);

/** Why the executor asked for does not run; empty while it does. */
export const backendTrouble = signal("");

/** The executor that computes now; it follows the one asked for once that has started. */
export const backendInUse = signal<BackendChoice | null>(null);

let running: Running<EngineMethods> | null = null;
let ready: Promise<void> = Promise.resolve();

function use(engine: Running<EngineMethods>, id: BackendChoice): Promise<void> {
  return engine.caller.call("use", id).then(
    () => {
      backendTrouble.value = "";
      backendInUse.value = id;
    },
    (error: Error) => {
      backendTrouble.value = error.message;
    },
  );
}

/** The engine's caller, once its executor is chosen. */
export async function engine(): Promise<Running<EngineMethods>["caller"]> {
  if (running === null) {
    // The next call starts another.
    running = startWorker<EngineMethods>("engine.js", () => {
      running = null;
    });
    ready = use(running, backend.peek());
  }
  const { caller } = running;
  await ready;
  return caller;
}

// Chosen in the menu, or by another link in the same page.
effect(() => {
  const id = backend.value;
  if (running !== null) ready = use(running, id);
});

/** Chooses the executor; one that does not work here leaves the one before, and says why. */
export async function chooseBackend(id: BackendChoice): Promise<void> {
  remember({ run: id === "wasm" ? null : id });
  await engine();
}

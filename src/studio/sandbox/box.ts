/** The page's side of the sandbox: a frame of no origin, without a way out, with a worker of one run in it. */
import { Caller } from "../worker/calls.ts";
import { channelPort } from "../worker/ports.ts";
import type { Findings, Trial, Trouble } from "./findings.ts";
import type { SandboxMethods } from "./methods.ts";

/** How long the frame and its worker may take until they answer. */
const PATIENCE = 20_000;

let script: Promise<string> | null = null;

/** The worker's script: the frame has no origin, and cannot load it itself. */
function workerScript(): Promise<string> {
  script ??= fetch(new URL("sandbox-worker.js", import.meta.url)).then((reply) => {
    if (!reply.ok) throw new Error(`sandbox-worker.js could not be loaded: ${reply.status}`);
    return reply.text();
  });
  // Another try may have more luck.
  script.catch(() => {
    script = null;
  });
  return script;
}

/** A sandbox: a frame and its worker. */
interface Box {
  readonly caller: Caller<SandboxMethods>;
  /** Resolves once it can run a loss. */
  readonly ready: Promise<void>;
  /** Ends it at once, whatever it is doing. */
  close(reason: string): void;
}

const withPatience = (promise: Promise<void>): Promise<void> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("The sandbox did not start.")), PATIENCE);
    }),
  ]);

function openBox(): Box {
  const frame = document.createElement("iframe");
  frame.sandbox.add("allow-scripts");
  frame.hidden = true;
  frame.title = "Sandbox in which written losses run";
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  frame.src = new URL("sandbox.html", import.meta.url).href;
  document.body.append(frame);
  const { port1, port2 } = new MessageChannel();
  const caller = new Caller<SandboxMethods>(channelPort(port1));
  const start = async () => {
    const [text] = await Promise.all([workerScript(), loaded]);
    // The frame's origin is none that could be named.
    frame.contentWindow?.postMessage(text, "*", [port2]);
    await caller.call("start", null);
  };
  const ready = withPatience(start());
  // Whoever takes the box hears of it.
  ready.catch(() => undefined);
  return {
    caller,
    ready,
    close(reason) {
      // A frame takes its workers along, also one that never comes to an end.
      frame.remove();
      port1.close();
      caller.fail(new Error(reason));
    },
  };
}

/** Started ahead: every run gets a fresh one, so that no loss sees what another left behind. */
let spare: Box | null = null;

/** Starts a sandbox for the next run. */
export function prepare(): void {
  spare ??= openBox();
}

/** Lets go of the one that waits. */
export function dismiss(): void {
  spare?.close("closed");
  spare = null;
}

/** How a loss is run. */
export interface RunOptions {
  /** Time that it gets, once the sandbox stands, in seconds. */
  readonly limit: number;
  readonly onFound: (found: Partial<Findings>) => void;
  /** Ends the run; its promise then resolves to `null`, as if it had come to its end. */
  readonly signal: AbortSignal;
}

/** `begun`: whether it had given a value already. */
const stopped = (limit: number, begun: boolean): Trouble => ({
  kind: "time",
  name: "",
  message: begun
    ? `Stopped after ${limit} s, before everything was checked. Raise the time limit to see the rest.`
    : `Stopped after ${limit} s: the loss had not come to an end. Is there a loop without one? If it only needs longer, raise the time limit.`,
  place: null,
});

/** Runs a loss in a sandbox of its own; gives the trouble that kept it from its end, if there was any. */
export async function runTrial(
  trial: Trial,
  { limit, onFound, signal }: RunOptions,
): Promise<Trouble | null> {
  const box = spare ?? openBox();
  spare = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let expired = false;
  let begun = false;
  const abort = () => box.close("overtaken");
  signal.addEventListener("abort", abort, { once: true });
  try {
    await box.ready;
    timer = setTimeout(() => {
      expired = true;
      box.close("time");
    }, 1000 * limit);
    const onPart = (part: unknown) => {
      begun = true;
      onFound(part as Partial<Findings>);
    };
    return await box.caller.call("run", trial, { onPart });
  } catch (error) {
    if (signal.aborted) return null;
    if (expired) return stopped(limit, begun);
    script = null;
    return { kind: "sandbox", name: "", message: (error as Error).message, place: null };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    box.close("done");
    if (!signal.aborted) prepare();
  }
}

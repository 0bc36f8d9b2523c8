/** The written loss, what was found of it, and its way into the address and back. */
import { computed, effect, signal } from "@preact/signals";
import { runTrial } from "../../sandbox/box.ts";
import type { Findings, Trouble } from "../../sandbox/findings.ts";
import { address, LONGEST, remember } from "../../state/address.ts";
import { bytesOfText, textOfBytes } from "../../state/bytes.ts";
import type { Variable } from "../../state/choices.ts";
import { variable } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import { EXAMPLES, type Example } from "./examples/index.ts";

const FIRST = EXAMPLES[0];

/** The code in the editor. */
export const code = signal(FIRST.code);

/** Whether the code of the address is there yet. */
export const unpacked = signal(false);

/** Why the code is not in the address; empty where it is. */
export const linkGap = signal("");

/** What was found of the last loss that ran, as far as it is known. */
export const findings = signal<Partial<Findings>>({});

/** Why there is no more. */
export const trouble = signal<Trouble | null>(null);

export const running = signal(false);

/** Whether the findings are those of an earlier code. */
export const outdated = signal(false);

/** The line that something on the page points at. */
export const pointed = signal<number | null>(null);

export const LIMITS = { min: 1, max: 60, default: 5 } as const;

/** Time that a run gets, in seconds. */
export const limit = computed(() => {
  const given = Number(address.value.parameters.get("limit") ?? LIMITS.default);
  return given >= LIMITS.min && given <= LIMITS.max ? given : LIMITS.default;
});

export const chooseLimit = (seconds: number): void =>
  remember({ limit: seconds === LIMITS.default ? null : String(seconds) });

/** What the address held when it was last read or written. */
let known: string | null = null;

effect(() => {
  const text = address.value.parameters.get("code");
  if (text === known && unpacked.peek()) return;
  known = text;
  void take(text);
});

/** Takes the code of a link. */
async function take(text: string | null): Promise<void> {
  const bytes = text === null ? null : await bytesOfText(text);
  if (text !== known) return;
  linkGap.value = text !== null && bytes === null ? "The link is damaged: its loss could not be read." : "";
  const other = bytes === null ? FIRST.code : new TextDecoder().decode(bytes);
  if (other !== code.peek()) {
    outdated.value = findings.peek().reading !== undefined;
    pointed.value = null;
  }
  code.value = other;
  unpacked.value = true;
}

async function rememberCode(now: string): Promise<void> {
  const text = now === FIRST.code ? null : await textOfBytes(new TextEncoder().encode(now));
  if (now !== code.peek()) return;
  const fits = text === null || text.length <= LONGEST;
  linkGap.value = fits ? "" : "The code is too long for a link: keep it in a file of your own.";
  known = fits ? text : null;
  remember({ code: known });
}

/** Another code, typed or chosen. */
export function write(text: string): void {
  if (text === code.peek()) return;
  code.value = text;
  outdated.value = true;
  pointed.value = null;
  void rememberCode(text);
}

/** Starts from an example. */
export function begin({ code: text, by }: Example, choose: (by: Variable) => void): void {
  choose(by);
  write(text);
}

let current: AbortController | null = null;

/** Runs the code on the picture; what was running is ended. */
export async function run(): Promise<void> {
  current?.abort();
  const controller = new AbortController();
  current = controller;
  running.value = true;
  let fresh = true;
  const { width, height, mask, prediction } = picture.peek();
  const end = await runTrial(
    { width, height, mask, prediction, code: code.peek(), by: variable.peek() },
    {
      limit: limit.peek(),
      signal: controller.signal,
      onFound(found) {
        if (controller.signal.aborted) return;
        // What was known of the last loss stays until this one has said something.
        if (fresh) trouble.value = null;
        findings.value = fresh ? found : { ...findings.peek(), ...found };
        fresh = false;
        outdated.value = false;
      },
    },
  );
  if (controller.signal.aborted) return;
  trouble.value = end;
  outdated.value = fresh;
  running.value = false;
}

/** Ends what is running. */
export function halt(): void {
  current?.abort();
  current = null;
  running.value = false;
}

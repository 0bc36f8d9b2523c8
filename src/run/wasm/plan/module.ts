/** The steps of a plan as one WebAssembly module: an exported function a step, `(frame, begin, end)`. */
import { at } from "../../../../kernels/wasm/addresses.ts";
import { type Code, i32, type Local, ModuleBuilder } from "../../../../kernels/wasm/assembler/index.ts";
import type { Finish, Operand } from "../../../../kernels/wasm/convolution/index.ts";
import { emitFinish } from "../../../../kernels/wasm/finish.ts";
import { type Functions, Library } from "../../../../kernels/wasm/pass/functions.ts";
import { emitPass } from "../../../../kernels/wasm/pass/pass.ts";
import type { Stored } from "../../access/body.ts";
import { convolutionKernels } from "./kernels.ts";
import type { Step } from "./steps.ts";
import type { Tail } from "./tail.ts";

const PAGES = 2 ** 16;

/** The number of each buffer: where its address stands in the frame. */
export class Slots {
  readonly list: Stored[] = [];
  /** Tables that are part of the plan: buffers that hold the same numbers in every run. */
  readonly tables = new Map<Stored, Float32Array>();
  readonly #numbers = new Map<Stored, number>();
  readonly #known = new Map<readonly number[], Stored>();

  of(buffer: Stored): number {
    let number = this.#numbers.get(buffer);
    if (number === undefined) {
      number = this.list.push(buffer) - 1;
      this.#numbers.set(buffer, number);
    }
    return number;
  }

  ofTable(values: readonly number[]): number {
    let buffer = this.#known.get(values);
    if (buffer === undefined) {
      buffer = { shape: [values.length] };
      this.#known.set(values, buffer);
      this.tables.set(buffer, Float32Array.from(values));
    }
    return this.of(buffer);
  }
}

/** Name of a step's function. */
export const stepName = (i: number) => `step${i}`;

/** What a convolution's kernel does to its results. */
function finishFor(
  tail: Tail | null,
  functions: Functions,
  address: (stored: Stored) => Local<"i32">,
): Finish {
  if (tail === null) return (value) => value;
  const operands = tail.atoms.map(
    (atom): Operand => (atom.kind === "result" ? atom : { ...atom, address: address(atom.from) }),
  );
  return convolutionKernels().finishOf(tail.expression, operands, functions);
}

export function moduleOf(
  steps: readonly Step[],
  slots: Slots,
  shared: boolean,
  relaxed: boolean,
): ModuleBuilder {
  const module = new ModuleBuilder({ shared, initial: 1, maximum: PAGES });
  const library = new Library(module, relaxed);
  steps.forEach((step, i) => {
    const params = [
      ["frame", "i32"],
      ["begin", "i32"],
      ["end", "i32"],
    ] as const;
    module.export(stepName(i), params, (fn, [frame, begin, end]) => {
      const loads: Code[] = [];
      const bases = new Map<number, Local<"i32">>();
      const address = (slot: number): Local<"i32"> => {
        const known = bases.get(slot);
        if (known !== undefined) return known;
        const base = fn.into(loads, () => fn.bind(i32.load(frame, 4 * slot), "base"));
        bases.set(slot, base);
        return base;
      };
      const addresses = {
        of: (stored: Stored) => address(slots.of(stored)),
        ofTable: (values: readonly number[]) => address(slots.ofTable(values)),
      };
      const work = fn.collect(() => {
        switch (step.kind) {
          case "pass":
            emitPass(step.body, addresses, library.in(fn), begin, end);
            break;
          case "finish":
            emitFinish(fn, step.fold, step.results, step.count, addresses);
            break;
          case "order":
            step.pass.emit({
              fn,
              begin,
              end,
              inputs: step.inputs.map(addresses.of),
              output: addresses.of(step.output),
              scratch: addresses.of(step.scratch),
            });
            break;
          case "convolution":
            step.pass.emit({
              fn,
              math: library.in(fn),
              begin,
              end,
              inputs: step.inputs.map(addresses.of),
              output: addresses.of(step.output),
              scratch: addresses.of(step.scratch),
              own: fn.bind(at(addresses.of(step.own), module.thread(), step.ownBytes), "own"),
              finish: finishFor(step.tail, library.in(fn), addresses.of),
            });
        }
      });
      fn.add(loads);
      fn.add(work);
    });
  });
  return module;
}

/** Weights that change over a training: functions of its progress. */
import { OptionError, refuse } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";
import { optionReader } from "../shared/options.ts";

/**
 * A weight as a function of the progress t, a scalar tensor in 0 .. 1; it is recorded with the loss. Give it a name, and
 * reports will show that.
 */
export type Ramp = (t: Tensor) => Tensor | number;

/** When a ramp begins and ends; before and after it stays as it is there. */
export interface RampOptions {
  /** Progress at which it begins, from 0. @defaultValue 0 */
  readonly start?: number;
  /** Progress at which it has ended, after `start`, up to 1. @defaultValue 1 */
  readonly end?: number;
}

const share = { min: 0, max: 1 };
const SPECS = {
  start: { default: 0, doc: "progress at which it begins", ...share },
  end: { default: 1, doc: "progress at which it has ended", ...share },
};

function checkEnds(op: string, ends: { readonly from: number; readonly to: number }, above: boolean): void {
  for (const [name, value] of Object.entries(ends)) {
    if (Number.isFinite(value) && (above ? value > 0 : value >= 0)) continue;
    refuse(OptionError, op, name, String(value), `a number ${above ? "above" : "from"} 0`);
  }
}

const named = (name: string, ramp: Ramp): Ramp => Object.defineProperty(ramp, "name", { value: name });

/** A ramp by its course over 0 .. 1, with the ends that it has in words. */
function rampOf(
  kind: string,
  from: number,
  to: number,
  options: RampOptions,
  course: (u: Tensor) => Tensor,
): Ramp {
  const op = `ramp.${kind}`;
  checkEnds(op, { from, to }, kind === "exponential");
  const { start, end } = optionReader(op, SPECS)(options) as Required<RampOptions>;
  if (start >= end) refuse(OptionError, op, "end", String(end), `a number above start, ${start}`);
  const whole = start === 0 && end === 1;
  return named(`${kind}(${from}, ${to}${whole ? "" : `, ${start}, ${end}`})`, (t) =>
    course(
      t
        .sub(start)
        .div(end - start)
        .clamp(0, 1),
    ),
  );
}

/** `from` at 0 and `to` at 1, both exactly, whatever the precision. */
const between = (from: number, to: number, u: Tensor) => u.neg().add(1).mul(from).add(u.mul(to));

/**
 * Ramps from one weight to another, for {@link rampedSum}: `linear`, `smooth`, `exponential` and `step`.
 *
 * @throws {@link OptionError} for weights below 0, or a `start` that is not before `end`
 * @example
 * ```ts
 * import { ramp, tensor } from "segtape";
 * await ramp.linear(1, 0.01)(tensor(0.5)).item(); // 0.505
 * await ramp.linear(0, 1, { start: 0.2, end: 0.6 })(tensor(0.3)).item(); // 0.25
 * await ramp.smooth(0, 1)(tensor(0.25)).item(); // 3 / 16 - 2 / 64 = 0.15625
 * await ramp.exponential(1, 0.01)(tensor(0.5)).item(); // 0.1
 * await ramp.step(0, 1, 0.5)(tensor(0.5)).item(); // 1
 * ```
 */
export const ramp = {
  /** A straight line. */
  linear: (from: number, to: number, options: RampOptions = {}): Ramp =>
    rampOf("linear", from, to, options, (u) => between(from, to, u)),

  /** Level at both ends, like half a cosine wave: `u^2 (3 - 2 u)` of the way. */
  smooth: (from: number, to: number, options: RampOptions = {}): Ramp =>
    rampOf("smooth", from, to, options, (u) => between(from, to, u.square().mul(u.mul(-2).add(3)))),

  /** The same factor in the same time: `from (to / from)^u`, both above 0. */
  exponential: (from: number, to: number, options: RampOptions = {}): Ramp =>
    rampOf("exponential", from, to, options, (u) =>
      u
        .mul(Math.log(to / from))
        .exp()
        .mul(from),
    ),

  /** `from`, and from the progress `at` on `to`. */
  step: (from: number, to: number, at: number): Ramp => {
    checkEnds("ramp.step", { from, to }, false);
    if (!(at >= 0 && at <= 1)) refuse(OptionError, "ramp.step", "at", String(at), "a number from 0 to 1");
    return named(`step(${from}, ${to}, ${at})`, (t) => t.greaterEqual(at).where(to, from));
  },
} as const;

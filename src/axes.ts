/** Axes as users write them (negative counts from the end) made plain. */
import { AxisError, refuse } from "./errors.ts";

/** An axis in `0 .. rank - 1`. */
export function normalizeAxis(axis: number, rank: number, op: string): number {
  const plain = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || plain < 0 || plain >= rank) {
    refuse(AxisError, op, "axis", String(axis), `an integer in ${-rank} .. ${rank - 1}`);
  }
  return plain;
}

/** Several axes, sorted, each once; `undefined` means all. */
export function normalizeAxes(
  axes: number | readonly number[] | undefined,
  rank: number,
  op: string,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  if (!Array.isArray(list))
    refuse(AxisError, op, "axes", JSON.stringify(axes), "an axis, or an array of axes");
  const plain = list.map((axis) => normalizeAxis(axis, rank, op)).sort((a, b) => a - b);
  for (let i = 1; i < plain.length; i++) {
    if (plain[i] === plain[i - 1]) {
      throw new AxisError(`${op}: axes are [${list.join(", ")}], expected each axis once`, {
        op,
        argument: "axes",
        given: `[${list.join(", ")}]`,
        expected: "each axis once",
      });
    }
  }
  return plain;
}

/** What functions of masks ask of them before they begin. */
import { refuse, ShapeError } from "../../errors.ts";
import { type Shape, sizeOf } from "../../shape.ts";

/** Refuses a shape that is not made of positive integers, or that does not hold the mask. Returns its size. */
export function checkMask(op: string, mask: ArrayLike<number>, shape: Shape): number {
  if (!shape.every((length) => Number.isInteger(length) && length >= 1)) {
    refuse(ShapeError, op, "shape", `[${shape.join(", ")}]`, "positive integers");
  }
  const size = sizeOf(shape);
  if (mask.length !== size) {
    throw new ShapeError(
      `${op}: mask has ${mask.length} elements, expected ${size} for shape [${shape.join(", ")}]`,
      { op, argument: "mask", given: `${mask.length} elements`, expected: `${size} elements` },
    );
  }
  return size;
}

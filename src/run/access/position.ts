/**
 * Positions in a tensor while moves are walked through: by coordinates or by flat index, whichever is at
 * hand.
 */
import type { IndexMap } from "../../graph/index-map.ts";
import { type Shape, stridesOf } from "../../shape.ts";
import { type Affine, combine, constantForm, type IndexSpace } from "./affine.ts";

/** What must hold for an element to be there. */
export type Condition =
  /** `0 <= form < length` */
  | { readonly kind: "within"; readonly form: Affine; readonly length: number }
  /** `form = 0` */
  | { readonly kind: "zero"; readonly form: Affine };

export class Position {
  readonly shape: Shape;
  readonly #space: IndexSpace;
  #coordinates: readonly Affine[] | null;
  #flat: Affine | null;

  private constructor(
    space: IndexSpace,
    shape: Shape,
    coordinates: readonly Affine[] | null,
    flat: Affine | null,
  ) {
    this.#space = space;
    this.shape = shape;
    this.#coordinates = coordinates;
    this.#flat = flat;
  }

  static at(space: IndexSpace, shape: Shape, coordinates: readonly Affine[]): Position {
    return new Position(space, shape, coordinates, null);
  }

  /** The same element of the same flat data under another shape. */
  reshaped(shape: Shape): Position {
    return new Position(this.#space, shape, null, this.flat);
  }

  get coordinates(): readonly Affine[] {
    this.#coordinates ??= this.#space.unflatten(this.#flat as Affine, this.shape);
    return this.#coordinates;
  }

  get flat(): Affine {
    if (this.#flat === null) {
      const strides = stridesOf(this.shape);
      let flat = constantForm(0);
      this.coordinates.forEach((coordinate, axis) => {
        // An axis of length 1 holds coordinate 0 wherever there is an element.
        if (this.shape[axis] > 1) flat = combine(flat, coordinate, strides[axis]);
      });
      this.#flat = flat;
    }
    return this.#flat;
  }
}

/** Where an element comes from: `conditions` is `null` where none ever does. */
export interface Source {
  readonly position: Position;
  readonly conditions: readonly Condition[] | null;
}

/**
 * Follows an index map from coordinates (of an output, or of an output and the reduced axes) to an input.
 * Conditions that ranges already prove are left out.
 */
export function follow(space: IndexSpace, map: IndexMap, at: readonly Affine[], shape: Shape): Source {
  let conditions: Condition[] | null = [];
  const coordinates = map.map((axis, i) => {
    let form = constantForm(axis.offset);
    for (const [from, step] of axis.terms) form = combine(form, at[from], step);
    const every = axis.every ?? 1;
    if (every !== 1) {
      const rest = space.remainder(form, every);
      if (rest.terms.size > 0) conditions?.push({ kind: "zero", form: rest });
      else if (rest.offset !== 0) conditions = null;
      form = space.divide(form, every);
    }
    if (axis.bounded === true) {
      const { min, max } = space.range(form);
      if (max < 0 || min >= shape[i]) conditions = null;
      else if (min < 0 || max >= shape[i]) conditions?.push({ kind: "within", form, length: shape[i] });
    }
    return form;
  });
  return { position: Position.at(space, shape, coordinates), conditions };
}

/**
 * How an image is cut into strips of tiles. A tile is 2x2 pixels of the space that the strips cover; four tiles side by
 * side, 8x2 pixels, are a group: one vector holds the same position of each.
 */

import { times } from "../../addresses.ts";
import { type FunctionBuilder, type I32, i32, type Local } from "../../assembler/index.ts";

export interface Strips {
  /** Groups that cover a row of the image. */
  readonly rowGroups: number;
  readonly tileRows: number;
  /** Groups side by side, and rows of tiles, of a strip. */
  readonly groups: number;
  readonly rows: number;
  /** Strips side by side, and below one another. */
  readonly across: number;
  readonly down: number;
}

/**
 * Strips of about `most` groups.
 *
 * @param even - whether a strip must have an even number of groups in a row
 */
export function stripsOf([height, width]: readonly number[], most: number, even: boolean): Strips {
  const rowGroups = Math.ceil(width / 8);
  const tileRows = Math.ceil(height / 2);
  const across = Math.ceil(rowGroups / most);
  const each = Math.ceil(rowGroups / across);
  const groups = even ? each + (each % 2) : each;
  const rows = Math.max(1, Math.min(tileRows, Math.floor(most / groups)));
  return {
    rowGroups,
    tileRows,
    groups,
    rows,
    across: Math.ceil(rowGroups / groups),
    down: Math.ceil(tileRows / rows),
  };
}

/** Pixels that strips cover, for each one that there is. */
export function coverOf(strips: Strips, [height, width]: readonly number[]): number {
  return (8 * strips.groups * strips.across * 2 * strips.tileRows) / (height * width);
}

export const stripCount = ({ across, down }: Strips): number => across * down;

/** Where a strip begins. */
export interface StripPlace {
  /** Its first row of tiles. */
  readonly tileRow: Local<"i32">;
  /** Its place among its neighbours in the row. */
  readonly column: Local<"i32">;
}

export function placeOfStrip(fn: FunctionBuilder, strip: I32, { across, rows }: Strips): StripPlace {
  const bound = fn.bind(strip, "strip");
  return {
    tileRow: fn.bind(times(i32.div_u(bound, i32.const(across)), rows), "tileRow"),
    column: fn.bind(i32.rem_u(bound, i32.const(across)), "column"),
  };
}

/** Runs code for each group of one row of a strip: the inner ones in a loop, those at the borders written out. */
export function eachGroup(
  fn: FunctionBuilder,
  strips: Strips,
  { column }: StripPlace,
  /** Whether a group of the row, by its number there, needs code of its own. */
  atBorder: (group: number) => boolean,
  /** `number` is the group's place in the row, where it is known; `index` its place in the strip. */
  body: (index: I32, number: number | null) => void,
): void {
  const { rowGroups, groups, across } = strips;
  const special = Array.from({ length: across * groups }, (_, i) => i).filter(
    (i) => i >= rowGroups || atBorder(i),
  );
  const plain = (i: number) => !special.includes(i);
  const index = fn.local("i32", "group");
  const write = (first: number) => {
    const list = Array.from({ length: groups }, (_, i) => i);
    let i = 0;
    while (i < groups) {
      let past = i;
      while (past < groups && plain(first + past)) past++;
      if (past > i) {
        fn.range(index, i32.const(i), i32.const(past), 1, () => body(index, null));
        i = past;
      } else {
        body(i32.const(list[i]), first + i);
        i++;
      }
    }
  };
  const columns = Array.from({ length: across }, (_, i) => i);
  const uniform = columns.filter((c) => special.every((i) => i < c * groups || i >= (c + 1) * groups));
  if (across === 1) {
    write(0);
    return;
  }
  // Strips with borders have code of their own; all others share theirs.
  for (const c of columns.filter((one) => !uniform.includes(one))) {
    fn.if(i32.eq(column, i32.const(c)), () => write(c * groups));
  }
  if (uniform.length === 0) return;
  const inner = columns
    .filter((one) => !uniform.includes(one))
    .map((c) => i32.ne(column, i32.const(c)))
    .reduce<I32 | null>((all, one) => (all === null ? one : i32.and(all, one)), null);
  const loop = () => fn.range(index, i32.const(0), i32.const(groups), 1, () => body(index, null));
  if (inner === null) loop();
  else fn.if(inner, loop);
}

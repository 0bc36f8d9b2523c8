/** The whole table: every row that a graph may hold. Property tests and executors walk over it. */
import type { OpRow } from "../graph/row.ts";
import * as arithmetic from "./arithmetic.ts";
import * as contract from "./contract.ts";
import * as functions from "./functions.ts";
import { componentsRow } from "./host/components.ts";
import { distanceRow } from "./host/distance.ts";
import * as logic from "./logic.ts";
import * as movement from "./movement.ts";
import * as order from "./order.ts";
import * as reduce from "./reduce.ts";
import * as window from "./window.ts";

/** Rows by name. */
export const opTable: ReadonlyMap<string, OpRow> = new Map(
  [arithmetic, functions, logic, reduce, movement, contract, window, order, { distanceRow, componentsRow }]
    .flatMap((family) => Object.entries(family as Record<string, unknown>))
    .filter((entry): entry is [string, OpRow] => entry[0].endsWith("Row"))
    .map(([, op]) => [op.name, op]),
);

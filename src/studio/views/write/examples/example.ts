/** A loss to start from. */
import type { Variable } from "../../../state/choices.ts";

export interface Example {
  readonly name: string;
  readonly title: string;
  /** What it takes as prediction. */
  readonly by: Variable;
  readonly code: string;
}

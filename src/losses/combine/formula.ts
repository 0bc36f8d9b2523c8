/** Formulas of losses within that of the loss made of them. */
import type { Loss } from "../shared/define-loss.ts";

const rightSide = (formula: string, name: string) => formula.replace(/^L = /, "") || name;

/** The right side of a loss's formula, in brackets; its name where it has none. */
export const inFormula = ({ formula, name }: Loss): string => `[${rightSide(formula, name)}]`;

/** The same in LaTeX. */
export const inLatex = ({ latex, name }: Loss): string =>
  `\\left[${rightSide(latex, `\\mathrm{${name}}`)}\\right]`;

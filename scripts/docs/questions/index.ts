/**
 * What people come with, and the losses that answer it. The reasons stand here because they compare losses; what a loss is
 * stands in its doc comment. Every answer shows what was measured of it, so that a reason can be checked.
 */
import { balance } from "./balance.ts";
import { labels } from "./labels.ts";
import type { Question } from "./question.ts";
import { shape } from "./shape.ts";

export type { Answer, Question } from "./question.ts";

export const QUESTIONS: readonly Question[] = [...balance, ...shape, ...labels];

/** The questions that a loss answers. */
export const questionsOf = (name: string): Question[] =>
  QUESTIONS.filter(({ answers }) => answers.some(({ loss }) => loss === name));

/** What a question is, and what answers it. */

/** A loss that answers, and why. */
export interface Answer {
  readonly loss: string;
  /** Markdown, one or two sentences. */
  readonly reason: string;
}

/** What people come with. */
export interface Question {
  /** Place on the page. */
  readonly id: string;
  /** Two or three words, for links. */
  readonly short: string;
  readonly title: string;
  /** What goes wrong with an ordinary loss. Markdown. */
  readonly why: string;
  /** Columns of the table of all losses that bear on it; the first one says it best. */
  readonly evidence: readonly string[];
  readonly answers: readonly Answer[];
  /** What not to take, or what to mind. Markdown. */
  readonly mind?: string;
  /** The study tool that asks the same of every loss. */
  readonly study?: string;
  /** Every loss with this option answers as well. */
  readonly option?: string;
}

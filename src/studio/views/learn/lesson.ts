/**
 * What Learn knows of a loss beside the catalogue: made at build time (scripts/studio) from the same doc comments as the
 * documentation, a JSON file a loss. Where a text is HTML, its name says so; it is ours, escaped when it was made.
 */

export interface LessonOption {
  readonly name: string;
  readonly docHtml: string;
  readonly defaultHtml: string;
  readonly rangeHtml: string;
}

/** A need, and why this loss answers it. */
export interface LessonUse {
  readonly need: string;
  readonly reasonHtml: string;
  /** The loss that "the same" in the reason stands for; empty where it says no such thing. */
  readonly comparedWith: string;
  /** What to mind with all losses that answer it. */
  readonly mindHtml: string;
}

export interface Lesson {
  readonly name: string;
  /** Typeset: HTML for the eye, MathML for screen readers. */
  readonly formulaHtml: string;
  readonly sourcesHtml: readonly string[];
  /** Symbols, forms, numerics. */
  readonly definitionHtml: string;
  /** Needs that it answers, and why it does. */
  readonly uses: readonly LessonUse[];
  /** What it does where a mask is all foreground or all background. */
  readonly oneClassHtml: string;
  /** What derivatives take as constant; empty for most. */
  readonly constants: string;
  readonly errorsHtml: readonly string[];
  readonly options: readonly LessonOption[];
  /** Those that mean the same in every loss. */
  readonly sharedOptions: readonly LessonOption[];
  /** Shared options that it cannot honour. */
  readonly refused: readonly string[];
  /** How it follows from others. */
  readonly kinHtml: readonly string[];
  /** Losses that it names, and losses that name it, with needs that they answer. */
  readonly kin: readonly { readonly name: string; readonly needs: readonly string[] }[];
  /** The same in other libraries. */
  readonly elsewhere: readonly { readonly library: string; readonly theirs: string; readonly ours: string }[];
  /** Published names that are this loss with some options. */
  readonly otherNames: readonly {
    readonly name: string;
    readonly options: string;
    readonly whyHtml: string;
  }[];
  readonly exampleHtml: string;
}

/** Words that find a loss, lower case, by its name. */
export type SearchWords = Readonly<Record<string, string>>;

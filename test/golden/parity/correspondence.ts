/** Which loss of ours answers a function of another library, argument by argument. */

/** A function of a peer's, and our call. */
export interface Correspondence {
  /** What the peer calls it. */
  readonly theirs: string;
  /** The loss or combinator of ours; `null` where there is none, for the reason in `note`. */
  readonly ours: string | null;
  /** Options of ours that the peer's default asks for. */
  readonly always?: string;
  /** Their argument, and ours: an option, an option with its value, or words in parentheses. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Names under which golden cases hold it. @defaultValue `theirs` */
  readonly golden?: readonly string[];
  /** What else is to be known: a convention, a bug of the peer's. */
  readonly note?: string;
}

/** Our call as its user writes it, options of the peer's default included. */
export const callText = ({ ours, always }: Correspondence): string =>
  `${ours}${always === undefined ? "" : `({ ${always} })`}`;

/** A library. */
export interface Peer {
  readonly name: string;
  /** Names under which golden cases hold it. */
  readonly ids: readonly string[];
  /** What holds for all of its losses. */
  readonly general: string;
  readonly losses: readonly Correspondence[];
  /** Functions of golden cases that are no losses. */
  readonly metrics?: readonly string[];
}

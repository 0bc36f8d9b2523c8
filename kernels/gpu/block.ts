/** Lines of a kernel by loop depth: what does not change in a loop is bound before it, each text once. */

export class Blocks {
  readonly #lines: string[][];
  readonly #names = new Map<string, string>();
  #count = 0;

  /** @param depths - 1 for straight code, and 1 more a loop */
  constructor(depths: number) {
    this.#lines = Array.from({ length: depths }, () => []);
  }

  /** The name of a local that holds `text`, at a depth where everything it names is known. */
  bind(text: string, depth: number): string {
    if (isAtomic(text)) return text;
    const key = `${depth} ${text}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `v${this.#count++}`;
      this.#names.set(key, name);
      this.#lines[depth].push(`const ${name} = ${text};`);
    }
    return name;
  }

  lines(depth: number): readonly string[] {
    return this.#lines[depth];
  }
}

/** A name or a number: nothing to be gained by binding it. */
export function isAtomic(text: string): boolean {
  return /^\(?-?[\w.]+\)?$/.test(text);
}

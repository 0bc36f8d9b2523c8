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
    return isAtomic(text) ? text : this.name(text, depth);
  }

  /** The same, for texts that look like names already. */
  name(text: string, depth: number): string {
    const key = `${depth} ${text}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `v${this.#count++}`;
      this.#names.set(key, name);
      this.#lines[depth].push(`const ${name} = ${text};`);
    }
    return name;
  }

  /**
   * A condition kept as a number: gpu.js takes a local of conditions joined by `&&` for a float in GLSL, and
   * the compiler then refuses it.
   */
  bindCondition(text: string, depth: number): string {
    return /^v\d+ > 0\.0$/.test(text) ? text : `${this.name(`${text} ? 1.0 : 0.0`, depth)} > 0.0`;
  }

  lines(depth: number): readonly string[] {
    return this.#lines[depth];
  }
}

/** A name or a number: nothing to be gained by binding it. */
export function isAtomic(text: string): boolean {
  return /^\(?-?[\w.]+(e[+-]\d+)?\)?$/.test(text);
}

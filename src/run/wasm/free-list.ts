/** Ranges of addresses that nobody uses. */

/** A range of addresses. */
export interface Block {
  readonly from: number;
  readonly past: number;
}

export class FreeList {
  /** Free blocks below `#past`, sorted, never touching. */
  #blocks: Block[] = [];
  /** Nothing is used from here on. */
  #past: number;

  constructor(from: number) {
    this.#past = from;
  }

  get past(): number {
    return this.#past;
  }

  /** The lowest block of a size, or `null` where it would reach over `limit`. */
  take(bytes: number, limit: number): Block | null {
    const i = this.#blocks.findIndex(({ from, past }) => past - from >= bytes);
    if (i < 0) {
      if (this.#past + bytes > limit) return null;
      const block = { from: this.#past, past: this.#past + bytes };
      this.#past = block.past;
      return block;
    }
    const { from, past } = this.#blocks[i];
    if (past - from === bytes) this.#blocks.splice(i, 1);
    else this.#blocks[i] = { from: from + bytes, past };
    return { from, past: from + bytes };
  }

  /** Takes a block back, and joins it with its neighbours. */
  give(block: Block): void {
    const touching = this.#blocks.filter(({ from, past }) => past === block.from || from === block.past);
    const from = Math.min(block.from, ...touching.map((one) => one.from));
    const past = Math.max(block.past, ...touching.map((one) => one.past));
    this.#blocks = this.#blocks.filter((one) => !touching.includes(one));
    if (past === this.#past) this.#past = from;
    else this.#blocks = [...this.#blocks, { from, past }].sort((a, b) => a.from - b.from);
  }
}

/** Results that stay where they were computed until somebody asks for them. */
import type { HeldArray, HostArray } from "../../array.ts";
import type { Block } from "./free-list.ts";

/** Where results stand: what a result needs of an arena. */
interface Place {
  read(from: number, length: number): HostArray;
  forgetHeld(held: Held): void;
}

/** A result that stands in an arena until it is settled. */
export class Held implements HeldArray {
  readonly length: number;
  readonly block: Block;
  lastRun: number;
  #place: Place | null;
  #copy: HostArray | null = null;

  constructor(place: Place, block: Block, length: number, run: number) {
    this.#place = place;
    this.block = block;
    this.length = length;
    this.lastRun = run;
  }

  /** Whether the data stand there. */
  isIn(place: Place): boolean {
    return this.#place === place;
  }

  read(): HostArray {
    return this.#place === null
      ? (this.#copy as HostArray).slice()
      : this.#place.read(this.block.from, this.length);
  }

  settle(): HostArray {
    if (this.#place !== null) {
      this.#copy = this.read();
      this.#place.forgetHeld(this);
      this.#place = null;
    }
    return this.#copy as HostArray;
  }
}

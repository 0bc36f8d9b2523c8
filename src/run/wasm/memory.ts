/**
 * The memory that kernels see: blocks for plans while they run, tensors that came in, which stay until their room is
 * wanted, and results, which stay until somebody asks for them. Grows when a run needs more; a smaller one takes its place
 * when runs have long needed less.
 */
import { type Data, type HostArray, hostOf } from "../../array.ts";
import { BackendError } from "../../errors.ts";
import { type Block, FreeList } from "./free-list.ts";
import { Held } from "./held.ts";
import { aligned, SKEW } from "./plan/layout.ts";

const PAGE = 2 ** 16;

/** As far as 32-bit addresses reach. */
const MOST_PAGES = 2 ** 16;

/** Never used for data: kernels may read, though never use, this much around every buffer. */
const MARGIN = 2 ** 16;

/** Runs after which unused room is given back. */
const PATIENCE = 16;

/** Room that is not worth giving back. */
const SMALL = 2 ** 25;

/** Results of earlier runs may take this many bytes before the oldest are copied out. */
const HELD = 24 * 2 ** 20;

/** Results of fewer bytes are copied out at once. */
const WORTH_HOLDING = 2 ** 16;

/** A tensor that came in, and where it stands. */
interface Resident {
  readonly block: Block;
  readonly source: WeakRef<HostArray>;
  lastRun: number;
}

function outOfMemory(bytes: number, cause?: unknown): BackendError {
  const gigabytes = (bytes / 2 ** 30).toFixed(2);
  return new BackendError(
    `wasm: ${gigabytes} GiB needed at once, expected what WebAssembly memory can hold (below 4 GiB, and what the ` +
      "machine gives); use smaller batches",
    { op: "run", argument: "memory", given: `${bytes} bytes`, expected: "less than 4 GiB", cause },
  );
}

export class Arena {
  readonly shared: boolean;
  #memory: WebAssembly.Memory;
  #free = new FreeList(MARGIN);
  readonly #residents = new Set<Resident>();
  #known = new WeakMap<HostArray, Resident>();
  /** Results that may still be asked for; those that nobody can ask for any more vanish from here. */
  readonly #held = new Map<WeakRef<Held>, Block>();
  #run = 0;
  /** Bytes in use now, by blocks and by this run's tensors, and the most of this run. */
  #used = 0;
  #peak = 0;
  #needs: number[] = [];

  constructor(shared: boolean) {
    this.shared = shared;
    this.#memory = this.#create();
  }

  /** Changes when another memory takes the place of this one. */
  get memory(): WebAssembly.Memory {
    return this.#memory;
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Starts a run: what it holds and takes is counted. */
  begin(): void {
    this.#run++;
    this.#used = 0;
    this.#peak = 0;
    this.#sweep();
    for (const ref of [...this.#held.keys()]) {
      if (this.#heldBytes <= HELD) break;
      ref.deref()?.settle();
    }
  }

  /** Ends a run; a memory far larger than the last runs needed is let go. */
  end(): void {
    this.#needs = [...this.#needs, this.#peak].slice(-PATIENCE);
    const most = Math.max(...this.#needs);
    if (this.#needs.length < PATIENCE || this.bytes <= SMALL + 2 * most) return;
    this.#needs = [];
    this.clear();
  }

  /** Lets everything go. */
  clear(): void {
    for (const ref of [...this.#held.keys()]) ref.deref()?.settle();
    this.#held.clear();
    this.#memory = this.#create();
    this.#free = new FreeList(MARGIN);
    this.#residents.clear();
    this.#known = new WeakMap();
  }

  /** A block for the length of a run. */
  take(bytes: number): number {
    return this.#allocate(aligned(bytes)).from;
  }

  /** Gives back a block that `take` gave. */
  give(from: number, bytes: number): void {
    this.#release({ from, past: from + aligned(bytes) });
  }

  /**
   * Gives back a block but for the results in it, which stay until they are read for the last time.
   *
   * @param results - address and number of elements, in the order of their addresses, none overlapping
   */
  keep(from: number, bytes: number, results: readonly (readonly [from: number, length: number])[]): Data[] {
    let at = from;
    const held = results.map(([start, length]): Data => {
      // A small copy is cheaper than keeping watch over a block.
      if (4 * length < WORTH_HOLDING) return this.read(start, length);
      const block = { from: start, past: start + aligned(4 * length) };
      if (start > at) this.#free.give({ from: at, past: start });
      at = block.past;
      const one = new Held(this, block, length, this.#run);
      this.#held.set(new WeakRef(one), block);
      return one;
    });
    const past = from + aligned(bytes);
    if (past > at) this.#free.give({ from: at, past });
    return held;
  }

  /** Takes back the block of a result that has been copied out. */
  forgetHeld(held: Held): void {
    for (const [ref, block] of this.#held) {
      if (ref.deref() !== held) continue;
      this.#held.delete(ref);
      this.#free.give(block);
      return;
    }
  }

  /**
   * The address of a tensor's data as float32, copied in unless they are there. Tensors never change, so the same array
   * always means the same data.
   */
  hold(given: Data): number {
    if (given instanceof Held && given.isIn(this)) {
      if (given.lastRun !== this.#run) this.#count(given.block);
      given.lastRun = this.#run;
      return given.block.from;
    }
    const data = hostOf(given);
    const known = this.#known.get(data);
    if (known !== undefined) {
      if (known.lastRun !== this.#run) this.#count(known.block);
      known.lastRun = this.#run;
      return known.block.from;
    }
    const block = this.#allocate(aligned(4 * data.length) + SKEW);
    new Float32Array(this.#memory.buffer, block.from, data.length).set(data);
    const resident: Resident = { block, source: new WeakRef(data), lastRun: this.#run };
    this.#residents.add(resident);
    this.#known.set(data, resident);
    return block.from;
  }

  /** A copy of float32 data. */
  read(from: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, from, length).slice();
  }

  words(from: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, from, length);
  }

  #create(): WebAssembly.Memory {
    try {
      return new WebAssembly.Memory({ initial: 4, maximum: MOST_PAGES, shared: this.shared });
    } catch (cause) {
      throw outOfMemory(PAGE, cause);
    }
  }

  #allocate(bytes: number): Block {
    const block = this.#fit(bytes) ?? this.#fitSwept(bytes) ?? this.#evictFor(bytes) ?? this.#grow(bytes);
    this.#count(block);
    return block;
  }

  #count({ from, past }: Block): void {
    this.#used += past - from;
    this.#peak = Math.max(this.#peak, this.#used);
  }

  #fit(bytes: number): Block | null {
    return this.#free.take(bytes, this.bytes - MARGIN);
  }

  get #heldBytes(): number {
    let bytes = 0;
    for (const { from, past } of this.#held.values()) bytes += past - from;
    return bytes;
  }

  /** Takes back the blocks of results that nobody can ask for any more. */
  #sweep(): boolean {
    let found = false;
    for (const [ref, block] of this.#held) {
      if (ref.deref() !== undefined) continue;
      this.#held.delete(ref);
      this.#free.give(block);
      found = true;
    }
    return found;
  }

  #fitSwept(bytes: number): Block | null {
    return this.#sweep() ? this.#fit(bytes) : null;
  }

  /** Makes room by forgetting tensors that this run does not use: those whose array is gone, then the oldest. */
  #evictFor(bytes: number): Block | null {
    const idle = [...this.#residents].filter((resident) => resident.lastRun !== this.#run);
    const age = (resident: Resident) => (resident.source.deref() === undefined ? -1 : resident.lastRun);
    for (const resident of idle.sort((a, b) => age(a) - age(b))) {
      this.#forget(resident);
      const block = this.#fit(bytes);
      if (block !== null) return block;
    }
    return null;
  }

  #forget(resident: Resident): void {
    this.#residents.delete(resident);
    const source = resident.source.deref();
    if (source !== undefined) this.#known.delete(source);
    this.#free.give(resident.block);
  }

  #grow(bytes: number): Block {
    const needed = this.#free.past + bytes + MARGIN;
    const pages = Math.ceil((needed - this.bytes) / PAGE);
    if (needed > MOST_PAGES * PAGE) throw outOfMemory(needed);
    try {
      this.#memory.grow(pages);
    } catch (cause) {
      throw outOfMemory(needed, cause);
    }
    return this.#fit(bytes) as Block;
  }

  #release(block: Block): void {
    this.#used -= block.past - block.from;
    this.#free.give(block);
  }
}

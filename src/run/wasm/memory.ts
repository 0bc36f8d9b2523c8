/**
 * The memory that kernels see: blocks for plans while they run, and tensors that came in, which stay until their room is
 * wanted. Grows when a run needs more; a smaller one takes its place when runs have long needed less.
 */
import type { HostArray } from "../../array.ts";
import { BackendError } from "../../errors.ts";
import type { Data, Kept } from "../executor.ts";
import { type Block, FreeList } from "./free-list.ts";
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

/** A tensor that came in, and where it stands. */
interface Resident {
  readonly block: Block;
  readonly source: WeakRef<HostArray>;
  lastRun: number;
}

/** A tensor that stays until its owner lets it go. */
class Lodger implements Kept {
  readonly #arena: Arena;
  /** Where it stands; or, after the memory was let go, its elements. */
  place: Block | Float32Array;
  readonly length: number;

  constructor(arena: Arena, data: HostArray) {
    this.#arena = arena;
    this.place = Float32Array.from(data);
    this.length = data.length;
  }

  read(): Float32Array {
    return this.place instanceof Float32Array
      ? this.place.slice()
      : this.#arena.read(this.place.from, this.length);
  }

  release(): void {
    this.#arena.dismiss(this);
  }
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
  readonly #lodgers = new Set<Lodger>();
  /** Bytes that stay from run to run. */
  #lodged = 0;
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
    this.#used = this.#lodged;
    this.#peak = this.#used;
  }

  /** Ends a run; a memory far larger than the last runs needed is let go. */
  end(): void {
    this.#needs = [...this.#needs, this.#peak].slice(-PATIENCE);
    const most = Math.max(...this.#needs);
    if (this.#needs.length < PATIENCE || this.bytes <= SMALL + 2 * most) return;
    this.#needs = [];
    this.clear();
  }

  /** Lets everything go; what is to stay waits outside until it is wanted. */
  clear(): void {
    for (const lodger of this.#lodgers) lodger.place = lodger.read();
    this.#lodged = 0;
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

  /** Takes a tensor in until it is released. */
  keep(data: HostArray): Kept {
    const lodger = new Lodger(this, data);
    this.#lodgers.add(lodger);
    return lodger;
  }

  /** Puts what stands at an address into the place of a tensor that stays. */
  put(kept: Kept, from: number): void {
    const { length } = kept as Lodger;
    const to = this.#placeOf(kept as Lodger);
    if (to !== from) new Uint8Array(this.#memory.buffer).copyWithin(to, from, from + 4 * length);
  }

  /** Gives a tensor that stays other elements. */
  write(kept: Kept, elements: Float32Array): void {
    new Float32Array(this.#memory.buffer, this.#placeOf(kept as Lodger), elements.length).set(elements);
  }

  dismiss(lodger: Lodger): void {
    if (!(lodger.place instanceof Float32Array)) {
      this.#lodged -= lodger.place.past - lodger.place.from;
      this.#free.give(lodger.place);
    }
    lodger.place = new Float32Array(0);
    this.#lodgers.delete(lodger);
  }

  /**
   * The address of a tensor's data as float32, copied in unless they are there. Tensors never change, so the same array
   * always means the same data.
   */
  hold(data: Data): number {
    if (data instanceof Lodger) return this.#placeOf(data);
    return this.#hold(data as HostArray);
  }

  #hold(data: HostArray): number {
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

  #placeOf(lodger: Lodger): number {
    if (lodger.place instanceof Float32Array) {
      const elements = lodger.place;
      const block = this.#allocate(aligned(4 * lodger.length) + SKEW);
      new Float32Array(this.#memory.buffer, block.from, lodger.length).set(elements);
      lodger.place = block;
      this.#lodged += block.past - block.from;
    }
    return lodger.place.from;
  }

  #create(): WebAssembly.Memory {
    try {
      return new WebAssembly.Memory({ initial: 4, maximum: MOST_PAGES, shared: this.shared });
    } catch (cause) {
      throw outOfMemory(PAGE, cause);
    }
  }

  #allocate(bytes: number): Block {
    const block = this.#fit(bytes) ?? this.#evictFor(bytes) ?? this.#grow(bytes);
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

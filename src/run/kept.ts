/** What stays between runs, for executors that hold no memory of their own: arrays of the host. */
import type { HostArray } from "../array.ts";
import type { Data, Kept } from "./executor.ts";

export class HostKept implements Kept {
  data: HostArray;

  constructor(data: HostArray) {
    this.data = data;
  }

  read(): HostArray {
    return this.data.slice();
  }

  release(): void {
    this.data = new Float32Array(0);
  }
}

/** Runs on arrays what is kept as arrays: results that have a place are put there, the others returned. */
export async function runOnArrays(
  data: readonly Data[],
  into: readonly (Kept | null)[],
  run: (data: readonly HostArray[]) => Promise<HostArray[]>,
): Promise<HostArray[]> {
  const results = await run(data.map((one) => (one instanceof HostKept ? one.data : (one as HostArray))));
  return results.filter((result, i) => {
    const place = into[i];
    if (place instanceof HostKept) place.data = result;
    return !(place instanceof HostKept);
  });
}

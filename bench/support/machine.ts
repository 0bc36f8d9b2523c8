/** What a figure was measured on: printed before every benchmark, since a busy machine measures itself. */
import { cpus, loadavg, totalmem } from "node:os";

/** One line: processor, cores, memory, load, Node. */
export function machine(): string {
  const [load] = loadavg();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return `${cpus()[0].model.trim()}, ${cpus().length} cores, ${gigabytes} GiB, load ${load.toFixed(2)}, Node ${process.version}`;
}

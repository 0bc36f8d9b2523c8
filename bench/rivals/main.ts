/** segtape against rivals, in one process, by turns. See README.md beside this. */
import { cpus, loadavg, totalmem } from "node:os";
import { backends } from "../../src/index.ts";
import { UsageError } from "../support/command-line.ts";
import { writeJson } from "../support/json.ts";
import { machine } from "../support/machine.ts";
import { type Checked, runChecks } from "./checks/index.ts";
import { type Case, compare } from "./compare.ts";
import { INSTALL, missing, versions } from "./libraries.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { printCase, printVerdicts } from "./report.ts";
import { gpuSubjects } from "./subjects/gpujs.ts";
import { jaxSubject } from "./subjects/jax.ts";
import { segtapeSubjects } from "./subjects/segtape.ts";
import { tfjsSubject } from "./subjects/tfjs.ts";
import { isShared, type LossName, type Subject } from "./subjects/types.ts";
import { WITH_COPIES, yardsticks } from "./subjects/yardstick.ts";

/** Five scales of a window of 11 need so many pixels a side. */
const MS_SSIM_LEAST = 161;

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench:rivals: ${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

/** Shared losses at every size; those of segtape alone at the smallest one, since nobody is compared. */
function plan({ losses, sizes }: Options): [LossName, number][] {
  return losses.flatMap((loss): [LossName, number][] => {
    if (isShared(loss)) return sizes.map((side) => [loss, side]);
    const side = Math.min(...sizes.filter((size) => loss !== "msSsim" || size >= MS_SSIM_LEAST));
    if (Number.isFinite(side)) return [[loss, side]];
    console.log(`\nmsSsim: left out, it needs a size of ${MS_SSIM_LEAST} or more`);
    return [];
  });
}

const options = readOptions();
const absent = missing();
if (absent.length > 0) {
  console.error(`bench:rivals: not installed: ${absent.join(", ")}. Install them with\n  ${INSTALL}`);
  process.exit(1);
}

const [load] = loadavg();
console.log(machine());
if (load > 0.5) console.log(`WARNING: load ${load.toFixed(2)}: the machine is busy, and measures itself too`);
const started = performance.now();

const segtape = await segtapeSubjects(options.threads);
const yard = await yardsticks();
const rivals = [await tfjsSubject(), await jaxSubject(), ...(await gpuSubjects(options.threads))];
const subjects: Subject[] = [...segtape.subjects, ...rivals, ...yard];
for (const [name, reason] of Object.entries(segtape.unavailable))
  console.log(`${name}: not available: ${reason}`);
const found = versions();
console.log(
  Object.entries(found)
    .map(([name, version]) => `${name} ${version}`)
    .join(", "),
);

const cases: Case[] = [];
for (const [loss, side] of plan(options)) {
  const one = await compare(subjects, loss, side, options.rounds);
  printCase(one);
  cases.push(one);
}
printVerdicts(cases);

const hasWasm = (await backends()).some(({ id, available }) => id === "wasm" && available);
const checked: Checked = { id: hasWasm ? "wasm" : "webasm", threads: options.threads[0] };
const measured = segtape.subjects.filter(({ name }) =>
  hasWasm ? name.includes("wasm,") : name === "segtape webasm",
);
const checks = await runChecks(
  checked,
  [...measured, ...yard.filter(({ name }) => name === WITH_COPIES)],
  options.rounds,
);

const seconds = (performance.now() - started) / 1000;
console.log(`\n${seconds.toFixed(0)} s, load ${load.toFixed(2)} before and ${loadavg()[0].toFixed(2)} after`);
if (options.json !== null) {
  writeJson(options.json, {
    machine: {
      processor: cpus()[0].model.trim(),
      cores: cpus().length,
      memoryBytes: totalmem(),
      node: process.version,
      loadBefore: load,
      loadAfter: loadavg()[0],
    },
    date: new Date().toISOString(),
    seconds,
    options: {
      losses: options.losses,
      sizes: options.sizes,
      rounds: options.rounds,
      threads: options.threads,
    },
    versions: found,
    unavailable: segtape.unavailable,
    units: "milliseconds a call, unless the name says otherwise",
    cases,
    checks,
  });
  console.log(`written: ${options.json}`);
}
// Pools of worker threads would keep the process.
process.exit(0);

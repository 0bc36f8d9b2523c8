/**
 * The training step against rivals, and what it costs beside time: `npm run bench:train -- --json FILE`. A U-Net with
 * 117,985 parameters on [4, 1, 128, 128], Dice, Adam; new arrays at every step, and the loss is read at every step.
 */
import { cpus, loadavg, totalmem } from "node:os";
import { versions } from "../rivals/libraries.ts";
import { UsageError } from "../support/command-line.ts";
import { writeJson } from "../support/json.ts";
import { machine } from "../support/machine.ts";
import { programs } from "./bundle.ts";
import { ASKED, runChecks } from "./checks.ts";
import { compare } from "./compare.ts";
import { BATCH, multiplyAdds, parameterCount } from "./network.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { printChecks, printRows } from "./report.ts";
import { scene } from "./scene.ts";

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench:train: ${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

const options = readOptions();
const [load] = loadavg();
console.log(machine());
if (load > 0.5) console.log(`WARNING: load ${load.toFixed(2)}: the machine is busy, and measures itself too`);
const started = performance.now();

const work = multiplyAdds(options.size);
const shape = [BATCH, 1, options.size, options.size];
console.log(
  `U-Net with ${parameterCount} parameters on [${shape.join(", ")}], ${(work / 1e9).toFixed(2)} GMAC a step as direct convolutions`,
);
const built = await programs();
const { rows, torch } = await compare(await scene(options.size), built, options);
const found = { ...versions(), ...(torch === null ? {} : { torch }) };
printRows(rows);
const checks = options.skip.includes("checks") ? null : await runChecks(built, options);
if (checks !== null) printChecks(checks);
console.log(
  `\n${Object.entries(found)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}`,
);

const seconds = (performance.now() - started) / 1000;
console.log(`${seconds.toFixed(0)} s, load ${load.toFixed(2)} before and ${loadavg()[0].toFixed(2)} after`);
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
    options,
    versions: found,
    units: "milliseconds a step, unless the name says otherwise",
    step: { shape, parameters: parameterCount, multiplyAdds: work },
    rows,
    asked: ASKED,
    checks,
  });
  console.log(`written: ${options.json}`);
}
// Pools of worker threads would keep the process.
process.exit(0);

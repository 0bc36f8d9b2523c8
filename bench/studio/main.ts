/**
 * The studio in Chromium: until the first picture is useful, from an edit to values and gradient maps, steps of Descend.
 *
 *     npm run build:studio && npm run bench -- studio/main -- --rounds 40 --json FILE
 */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { Bench } from "tinybench";
import { readFiles } from "../../src/cli/serving/files.ts";
import { startServer } from "../../src/cli/serving/server.ts";
import { launch, program } from "../../test/browser/support/launch.ts";
import { median, quantile } from "../rivals/statistics.ts";
import { jsonPath, optionPairs, UsageError, wholeNumber } from "../support/command-line.ts";
import { writeJson } from "../support/json.ts";
import { machine } from "../support/machine.ts";
import { edit, firstPicture, stepsASecond } from "./page.ts";

const EXECUTORS = ["wasm", "webgl2", "webgpu"] as const;
const TWO_LOSSES = "loss=binaryCrossEntropyLoss&loss=diceLoss";
const COLD_STARTS = 5;
/** Descend is watched this long, after as much again. */
const WATCHED = 4000;

interface Row {
  readonly what: string;
  readonly executor: string;
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly unit: string;
}

const rows: Row[] = [];
function note(what: string, executor: string, numbers: readonly number[], unit: string): void {
  const quartiles = [quantile(numbers, 0.25), quantile(numbers, 0.75)] as const;
  rows.push({ what, executor, median: median(numbers), quartiles, unit });
  const [low, high] = quartiles.map((x) => x.toFixed(1));
  console.log(
    `${what.padEnd(44)} ${executor.padEnd(8)} ${median(numbers).toFixed(1).padStart(8)} ${unit} (${low} to ${high})`,
  );
}

async function open(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(address, { waitUntil: "commit" });
  return page;
}

/** A browser of its own each time: nothing is cached, nothing compiled. */
async function coldStarts(address: string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const browser = await launch({ gpu: false });
    times.push(await firstPicture(await open(browser, address), 2));
    await browser.close();
  }
  note("first picture: both losses, cold start", "wasm", times, "ms");
}

/** Edits of the whole prediction, forth and back; tinybench is told what the page measured. */
async function edits(browser: Browser, address: string, executor: string, rounds: number): Promise<void> {
  const page = await open(browser, `${address}#/compare?sample=lesions-256-7&${TWO_LOSSES}&run=${executor}`);
  await firstPicture(page, 2);
  // Curves are still being computed when the first picture is there.
  await page.waitForSelector(".loss-card:nth-of-type(2) .chart path", { timeout: 120_000 });
  await page.getByRole("button", { name: "Noise" }).click();
  await page.waitForTimeout(1000);
  let undone = false;
  const [values, maps]: number[][] = [[], []];
  const bench = new Bench({ iterations: rounds, time: 0, warmupIterations: 6, warmupTime: 0 });
  bench.add("values", async () => {
    const took = await edit(page, undone ? "Redo" : "Undo");
    undone = !undone;
    values.push(took.values);
    maps.push(took.maps);
    return { overriddenDuration: took.values };
  });
  await bench.run();
  const [{ result }] = bench.tasks;
  if (result.state !== "completed") throw new Error(`edits on ${executor}: ${result.state}`);
  // The first ones warmed it up.
  note("edit at 256 x 256: two values", executor, values.slice(-rounds), "ms");
  note("edit at 256 x 256: two values and maps", executor, maps.slice(-rounds), "ms");
  await page.context().close();
}

async function descent(browser: Browser, address: string, executor: string): Promise<void> {
  const loss = "loss=diceLoss&start=undecided&pace=0";
  const page = await open(browser, `${address}#/descend?sample=lesions-128-7&${loss}&run=${executor}`);
  await page.getByRole("button", { name: "Play" }).click({ timeout: 120_000 });
  await stepsASecond(page, WATCHED);
  note("Descend at 128 x 128, Dice: steps a second", executor, [await stepsASecond(page, WATCHED)], "/s");
  await page.context().close();
}

function optionsOf(args: readonly string[]): { rounds: number; json: string | null } {
  const found = { rounds: 40, json: null as string | null };
  for (const [name, value] of optionPairs(args, ["--rounds", "--json"])) {
    if (name === "--rounds") found.rounds = wholeNumber(name, value, 5, 1000);
    else found.json = jsonPath(value);
  }
  return found;
}

async function main(): Promise<void> {
  const { rounds, json } = optionsOf(process.argv.slice(2));
  if (program === undefined) throw new UsageError("there is no Chromium here (set CHROMIUM to its path)");
  console.log(machine());
  const { addresses, close } = await startServer(await readFiles(join("dist", "studio")), "127.0.0.1", 0);
  const [address] = addresses;
  try {
    await coldStarts(address);
    for (const executor of EXECUTORS) {
      // What needs no GPU is measured without one: a GPU played by a program draws pages slowly.
      const browser = await launch({ gpu: executor !== "wasm" });
      await edits(browser, address, executor, rounds);
      await descent(browser, address, executor);
      await browser.close();
    }
  } finally {
    await close();
  }
  if (json !== null) writeJson(json, { machine: machine(), rows });
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `bench: ${error.message}` : error);
  process.exitCode = 1;
});

/** `segtape doctor`: which executors work here, whether they compute right, and how to mend those that do not. */
import { binaryCrossEntropyLoss } from "../../losses/pixel/binary-cross-entropy.ts";
import { type BackendStatus, backends, setBackend } from "../../run/backends.ts";
import { evaluate, type Tensor, tensor } from "../../tensor.ts";
import { valueAndGrad } from "../../transform/grad.ts";
import { type Command, UsageError } from "../command.ts";
import { printJson, printTable, short } from "../print.ts";

interface Finding extends BackendStatus {
  /** Largest difference from the reference, relative to the largest gradient entry. */
  readonly error?: number;
  readonly milliseconds?: number;
  readonly advice: string;
}

const ADVICE: Readonly<Record<string, string>> = {
  headlessgl:
    "install the gl package's needs (README, 'GPU modes') and give it a display: xvfb-run -a segtape doctor",
  webgl2: "runs in a browser page",
  webgpu: "runs in a browser page with WebGPU",
};

/** Value and gradient of a small problem, flat. */
async function solve(): Promise<number[]> {
  const size = 64;
  const logits = tensor(
    Float64Array.from({ length: size * size }, (_, i) => 4 * Math.sin(i * 0.37)),
    [1, 1, size, size],
  );
  const mask = tensor(
    Float64Array.from({ length: size * size }, (_, i) => Number(i % 7 < 3)),
    [1, 1, size, size],
  );
  const { value, grad } = valueAndGrad((x: Tensor) => binaryCrossEntropyLoss(x, mask))(logits);
  await evaluate(value, grad);
  return [await value.item(), ...(await grad.data())];
}

async function examine(status: BackendStatus, truth: readonly number[]): Promise<Finding> {
  if (!status.available) return { ...status, advice: ADVICE[status.id] ?? "" };
  try {
    await setBackend(status.id);
    const start = performance.now();
    const found = await solve();
    const milliseconds = performance.now() - start;
    const scale = Math.max(...truth.slice(1).map(Math.abs));
    const error = Math.max(...found.slice(1).map((g, i) => Math.abs(g - truth[i + 1]))) / scale;
    return {
      ...status,
      error,
      milliseconds,
      advice: error < 1e-4 ? "" : "computes wrong results here: please report it",
    };
  } catch (cause) {
    return { ...status, available: false, reason: (cause as Error).message, advice: ADVICE[status.id] ?? "" };
  }
}

export const doctor: Command = {
  name: "doctor",
  summary: "Tell which executors work here, why others do not, and how to mend them",
  usage: "[options]",
  options: {},
  examples: ["segtape doctor", "segtape doctor --json"],
  async run({ options, positionals }) {
    if (positionals.length > 0) throw new UsageError(`doctor: no argument expected, given ${positionals[0]}`);
    await setBackend("reference");
    const truth = await solve();
    const findings: Finding[] = [];
    for (const status of await backends()) findings.push(await examine(status, truth));
    if (options.json === true) printJson(findings);
    else {
      printTable(
        ["executor", "works", "default", "device", "error", "first call"],
        findings.map((x) => [
          x.id,
          x.available ? "yes" : "no",
          x.isDefault ? "yes" : "",
          x.device,
          x.error === undefined ? "" : short(x.error),
          x.milliseconds === undefined ? "" : `${x.milliseconds.toFixed(0)} ms`,
        ]),
      );
      for (const x of findings) {
        if (!x.available)
          process.stdout.write(`\n${x.id}: ${x.reason.replace(/\s*\n\s*/g, " ")}\n  -> ${x.advice}\n`);
        else if (x.advice !== "") process.stdout.write(`\n${x.id}: ${x.advice}\n`);
      }
    }
    return findings.some((x) => x.available && x.error !== undefined && !(x.error < 1e-4)) ? 1 : 0;
  },
};

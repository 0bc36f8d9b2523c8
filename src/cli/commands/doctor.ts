/** `segtape doctor`: which executors work here, whether they compute right, and how to mend those that do not. */
import { computesRight, type ExecutorFinding, examineExecutors } from "../../study/examine.ts";
import { type Command, UsageError } from "../command.ts";
import { printJson, printTable, short } from "../print.ts";

const ADVICE: Readonly<Record<string, string>> = {
  headlessgl:
    "install the gl package's needs (README, 'GPU modes') and give it a display: xvfb-run -a segtape doctor",
  webgl2: "runs in a browser page",
  webgpu: "runs in a browser page with WebGPU",
};

/** What to do about an executor; nothing where all is well. */
function adviceFor(finding: ExecutorFinding): string {
  if (!finding.available) return ADVICE[finding.id] ?? "";
  if (finding.error === undefined) return `fails here: ${finding.reason}`;
  return computesRight(finding) ? "" : "computes wrong results here: please report it";
}

export const doctor: Command = {
  name: "doctor",
  summary: "Tell which executors work here, why others do not, and how to mend them",
  usage: "[options]",
  options: {},
  examples: ["segtape doctor", "segtape doctor --json"],
  async run({ options, positionals }) {
    if (positionals.length > 0) throw new UsageError(`doctor: no argument expected, given ${positionals[0]}`);
    const findings = (await examineExecutors()).map((one) => ({ ...one, advice: adviceFor(one) }));
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
    return findings.some((x) => x.available && !computesRight(x)) ? 1 : 0;
  },
};

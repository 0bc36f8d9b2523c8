/** `segtape study --tools`: which tools to run, running them, and the files that they leave. */
import type { StudyTool, ToolResult, ToolSubject } from "../study/tools/index.ts";
import { runTool, toolList } from "../study/tools/index.ts";
import { type OptionHelp, type Parsed, UsageError } from "./command.ts";
import { printJson, printTable } from "./print.ts";

const NAMES = toolList.map(({ name }) => name);

/** The option. */
export const TOOLS: OptionHelp = {
  type: "string",
  value: "NAMES",
  doc: `questions put to every loss: all, list, or some of ${NAMES.join(",")} (default: none)`,
};

/** Whether only the list was asked for. */
export const wantsToolList = ({ options }: Parsed): boolean => options.tools === "list";

/** Prints the tools with their questions. */
export function printToolList({ options }: Parsed): void {
  const rows = toolList.map(({ name, title, question }) => ({ name, title, question }));
  if (options.json === true) printJson(rows);
  else
    printTable(
      ["tool", "answers"],
      rows.map(({ name, question }) => [name, question]),
    );
}

/** The tools asked for, each once, in their own order. */
export function chosenTools({ options }: Parsed): readonly StudyTool[] {
  const asked = options.tools as string | undefined;
  if (asked === undefined) return [];
  if (asked === "all") return toolList;
  const names = asked.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--tools is ${JSON.stringify(asked)}, expected all, list, or some of ${NAMES.join(",")}`,
    );
  return toolList.filter(({ name }) => names.includes(name));
}

/** Runs the tools one after another. */
export async function runTools(
  tools: readonly StudyTool[],
  subject: Omit<ToolSubject, "onProgress">,
  onProgress: (done: number, what: string) => void,
): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  for (const tool of tools) {
    const before = results.length * subject.losses.length;
    results.push(
      await runTool(tool, {
        ...subject,
        onProgress: (done, _total, name) => onProgress(before + done, `${tool.name}: ${name}`),
      }),
    );
  }
  return results;
}

const dataFile = ({ name }: Pick<StudyTool, "name">) => `tools/${name}.json`;

/** Data and drawings of each tool, by their names within the report's folder. */
export function toolFiles(
  tools: readonly StudyTool[],
  results: readonly ToolResult[],
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [at, { data }] of results.entries()) {
    const tool = tools[at];
    files.set(dataFile(tool), `${JSON.stringify(data)}\n`);
    for (const { name, svg } of tool.pictures(data, { standalone: true }))
      files.set(`tools/${tool.name}${name === "" ? "" : `-${name}`}.svg`, svg);
  }
  return files;
}

/** What `--json` prints of a tool: the data are in its file. */
export const toolFigures = ({ tool, data, findings }: ToolResult) => ({
  name: tool.name,
  title: tool.title,
  question: tool.question,
  findings,
  unmeasured: data.unmeasured,
  file: dataFile(tool),
});

/** Prints what the tools found. */
export function printFindings(results: readonly ToolResult[]): void {
  for (const { tool, data, findings } of results) {
    process.stdout.write(`\n${tool.title}: ${tool.question}\n`);
    for (const { text } of findings) process.stdout.write(`  - ${text}\n`);
    for (const { name, status, message } of data.unmeasured)
      process.stdout.write(`  ${name}: ${status}: ${message}\n`);
  }
}

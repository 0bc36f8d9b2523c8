/** `segtape studio`: the studio, served to the browser of this machine. */
import { fileURLToPath } from "node:url";
import { FileError } from "../../errors.ts";
import { reasonOf } from "../../io/disk/files.ts";
import { wholeNumber } from "../choose.ts";
import { type Command, UsageError } from "../command.ts";
import { printJson } from "../print.ts";
import { readFiles, type ServedFiles } from "../serving/files.ts";
import { isLoopback } from "../serving/hosts.ts";
import { type Running, startServer } from "../serving/server.ts";

const DEFAULT_PORT = 8431;
const DEFAULT_HOST = "127.0.0.1";

/** Built beside the program. */
const FOLDER = fileURLToPath(new URL("studio", import.meta.url));

async function studioFiles(): Promise<ServedFiles> {
  let given = "no index.html in it";
  try {
    const files = await readFiles(FOLDER);
    if (files.has("/")) return files;
  } catch (cause) {
    given = reasonOf(cause);
  }
  const expected = "the built studio: npm run build:studio makes it, and the published package has it";
  throw new FileError(`studio: ${FOLDER}: ${given}, expected ${expected}`, {
    op: "studio",
    argument: FOLDER,
    given,
    expected,
  });
}

/** An address or a name; brackets are how IPv6 is written in links. */
function hostOf(given: string | boolean | undefined): string {
  const host = given === undefined ? DEFAULT_HOST : String(given).replace(/^\[(.*)\]$/, "$1");
  if (host === "" || /[\s/]/.test(host))
    throw new UsageError(`--host is ${JSON.stringify(given)}, expected an address or name of this machine`);
  return host;
}

/** Resolves with the first signal that asks the program to end. A second one ends it the hard way. */
const asked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });

function tell({ addresses, port }: Running, host: string, wanted: number): void {
  const [first, ...others] = addresses;
  const lines = [
    ...(wanted !== 0 && port !== wanted ? [`Port ${wanted} is busy; this is the next free one.`] : []),
    `The studio is at ${first}`,
    ...others.map((address) => `and at ${address}`),
    ...(isLoopback(host)
      ? []
      : [
          `With --host ${host}, every machine that reaches this one can open it. It shows the studio's own files and nothing else.`,
          "Browsers on other machines give it one thread and no WebGPU, since the address is not https.",
        ]),
    "Ctrl-C ends it.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

export const studioCommand: Command = {
  name: "studio",
  summary: "Serve the studio, a page to see and try losses, to the browser of this machine",
  usage: "[--port N] [--host ADDRESS]",
  options: {
    port: {
      type: "string",
      value: "N",
      doc: `where to listen, or the next free port after it; 0 takes any (default: ${DEFAULT_PORT})`,
    },
    host: {
      type: "string",
      value: "ADDRESS",
      doc: `listen there; anything but loopback lets other machines in (default: ${DEFAULT_HOST})`,
    },
  },
  examples: ["segtape studio", "segtape studio --port 9000", "segtape studio --host 0.0.0.0"],
  async run(parsed) {
    const { options, positionals } = parsed;
    if (positionals.length > 0) throw new UsageError(`studio: no argument expected, given ${positionals[0]}`);
    const wanted = wholeNumber(parsed, "port", DEFAULT_PORT, 0, 65_535);
    const host = hostOf(options.host);
    const files = await studioFiles();
    const end = asked();
    const running = await startServer(files, host, wanted);
    if (options.json === true) printJson({ addresses: running.addresses, host, port: running.port });
    else tell(running, host, wanted);
    await Promise.race([end, running.failed]);
    await running.close();
    return 0;
  },
};

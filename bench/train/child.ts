/** Processes of their own that answer in lines of JSON. Who is still there when this one ends is killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

export class Child {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<string>;
  #complaints = "";

  constructor(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(program, args, { env: { ...process.env, ...environment } });
    this.#process = child;
    alive.add(child);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-4000);
    });
    // Of a process that has ended: what it was told last is lost, and its end is told elsewhere.
    child.stdin.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => {
        alive.delete(child);
        const lines = this.#complaints.trim().split("\n");
        const told = lines.find((line) => /^\S*(Error|Exit)\b/.test(line)) ?? lines.at(-1) ?? "";
        resolve(`ended with ${signal ?? code}${told === "" ? "" : `: ${told}`}`);
      });
    });
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** The next line that is JSON; whoever takes longer, or ends without one, has failed. */
  async next<T>(limitSeconds: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${limitSeconds.toFixed(0)} s`));
        this.end();
      }, limitSeconds * 1000);
    });
    try {
      for (;;) {
        const { done, value } = await Promise.race([this.#lines.next(), late]);
        if (done) throw new Error(await this.#closed);
        if (value.startsWith("{")) return JSON.parse(value) as T;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#process.kill("SIGKILL");
  }
}

/** The only answer of a program of ours, which ends with it. */
export async function answerOf<T>(
  program: string,
  args: readonly (string | number)[],
  limitSeconds = 900,
): Promise<T> {
  const child = new Child(process.execPath, ["--expose-gc", program, ...args.map(String)]);
  try {
    return await child.next<T>(limitSeconds);
  } finally {
    child.end();
  }
}

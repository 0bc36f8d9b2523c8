/** A check in a process of its own, which prints one line of JSON. */
import { execFileSync } from "node:child_process";

export function runChild<T>(program: string, args: readonly string[]): T {
  const all = ["--expose-gc", program, ...args];
  const text = execFileSync(process.execPath, all, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(text) as T;
}

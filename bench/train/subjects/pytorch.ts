/** PyTorch in a process of its own (serve.py), which holds its own clock. */
import { spawnSync } from "node:child_process";
import { Child } from "../child.ts";
import type { Scene } from "../scene.ts";
import type { Step, Subject } from "./types.ts";

const PROGRAM = "bench/train/serve.py";
const LIMIT_SECONDS = 120;

/** A Python that has torch, and the version of that; else why there is none. */
export function findTorch(
  asked: string | null,
): { python: string; version: string } | { python: null; reason: string } {
  const names = asked === null ? ["python3", "python", "/usr/bin/python3"] : [asked];
  for (const python of names) {
    const code = "import numpy, torch; print(torch.__version__)";
    const { status, stdout } = spawnSync(python, ["-c", code], { encoding: "utf8" });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return { python: null, reason: `no torch: tried ${names.join(", ")}` };
}

interface Hello {
  readonly threads: number;
}

interface Answer {
  readonly ms: readonly number[];
  readonly losses: readonly number[];
}

export async function pytorchSubject(scene: Scene, python: string, threads: number): Promise<Subject> {
  const files = ["--weights", scene.weightsFile, "--batches", scene.batchesFile];
  const child = new Child(python, [PROGRAM, "--threads", String(threads), ...files], {
    OMP_NUM_THREADS: String(threads),
    PYTHONDONTWRITEBYTECODE: "1",
  });
  const hello = await child.next<Hello>(LIMIT_SECONDS);
  if (hello.threads !== threads) {
    child.end();
    throw new Error(`torch took ${hello.threads} threads`);
  }
  return {
    name: `PyTorch, ${threads} thread${threads === 1 ? "" : "s"}`,
    library: "pytorch",
    threads,
    async steps(count) {
      child.tell(`step ${count}`);
      const { ms, losses } = await child.next<Answer>(LIMIT_SECONDS);
      return ms.map((time, i): Step => ({ ms: time, loss: losses[i] }));
    },
    close: () => child.end(),
  };
}

/** The studio as a visitor has it: built once, served on loopback by the server of `segtape studio`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFiles } from "../../../src/cli/serving/files.ts";
import { startServer } from "../../../src/cli/serving/server.ts";
import { ROOT } from "../../support/sources.ts";

export interface Studio {
  /** Where it is, without what follows `#`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Builds the studio and serves it. */
export async function startStudio(): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), "segtape-studio-"));
  execFileSync(process.execPath, [join(ROOT, "scripts/studio.mjs"), folder]);
  const files = await readFiles(folder);
  rmSync(folder, { recursive: true, force: true });
  const { addresses, close } = await startServer(files, "127.0.0.1", 0);
  return { address: addresses[0], close };
}

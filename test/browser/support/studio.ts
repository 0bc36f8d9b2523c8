/** The studio as a visitor has it: built once, served on loopback by the server of `segtape studio`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFiles, type ServedFiles } from "../../../src/cli/serving/files.ts";
import { startServer } from "../../../src/cli/serving/server.ts";
import { ROOT } from "../../support/sources.ts";

export interface Studio {
  /** Where it is, without what follows `#`. */
  readonly address: string;
  close(): Promise<void>;
}

async function builtFiles(): Promise<ServedFiles> {
  const folder = mkdtempSync(join(tmpdir(), "segtape-studio-"));
  try {
    execFileSync(process.execPath, [join(ROOT, "scripts/studio.mjs"), folder]);
    return await readFiles(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the studio and serves it. */
export async function startStudio(): Promise<Studio> {
  const { addresses, close } = await startServer(await builtFiles(), "127.0.0.1", 0);
  return { address: addresses[0], close };
}

/** The same files in a folder of some other host, which knows their types and nothing of isolation or policies. */
export async function startElsewhere(folder: string): Promise<Studio> {
  const files = await builtFiles();
  const server = createServer((request, response) => {
    const file = files.get(request.url?.startsWith(folder) ? request.url.slice(folder.length - 1) : "");
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Type": file.headers["Content-Type"] }).end(file.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The server: finds a port, answers, ends at once when it is told to. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { OptionError, refuse } from "../../errors.ts";
import { reasonOf } from "../../io/disk/files.ts";
import { answer } from "./answer.ts";
import type { ServedFiles } from "./files.ts";
import { addressesOf, namesOf } from "./hosts.ts";

/** Ports that are tried after the one asked for. */
const TRIES = 50;
const LAST_PORT = 65_535;

export interface Running {
  readonly port: number;
  /** Where it can be opened, the best first. */
  readonly addresses: readonly string[];
  /** Rejects when the system takes the socket away. */
  readonly failed: Promise<never>;
  /** Ends it with all its connections. */
  close(): Promise<void>;
}

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      // One would be left behind for each port that is busy.
      server.off("listening", succeed);
      reject(error);
    };
    const succeed = () => {
      server.off("error", fail);
      resolve((server.address() as AddressInfo).port);
    };
    server.once("error", fail).once("listening", succeed).listen({ host, port, exclusive: true });
  });

const isBusy = (error: unknown) => (error as NodeJS.ErrnoException).code === "EADDRINUSE";

/** Listens at the first free port from `wanted` on; 0 leaves the choice to the system. */
async function listenFrom(server: Server, host: string, wanted: number): Promise<number> {
  const last = wanted === 0 ? 0 : Math.min(wanted + TRIES, LAST_PORT);
  for (let port = wanted; port <= last; port++) {
    try {
      return await listen(server, host, port);
    } catch (error) {
      if (isBusy(error)) continue;
      return refuse(
        OptionError,
        "studio",
        "the address",
        `${host}, port ${port} (${reasonOf(error)})`,
        "one of this machine, and a port that programs of yours may use",
      );
    }
  }
  return refuse(
    OptionError,
    "studio",
    "--port",
    `${wanted}, and all ports to ${last} are busy`,
    "one with a free port after it, or 0 for any",
  );
}

/**
 * Serves files at `host`, from port `wanted` on.
 *
 * @throws OptionError where there is no such address, or no free port
 */
export async function startServer(files: ServedFiles, host: string, wanted: number): Promise<Running> {
  let names: ReadonlySet<string> = new Set();
  const server = createServer((request, response) => answer(request, response, files, names));
  const port = await listenFrom(server, host, wanted);
  names = namesOf(host, port);
  const failed = new Promise<never>((_, reject) => server.on("error", reject));
  failed.catch(() => undefined); // heard by whoever waits for it
  return {
    port,
    addresses: addressesOf(host, port),
    failed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Names under which the server answers. A page anywhere can give its own name the address of this machine ("DNS
 * rebinding"); the browser then takes the server for part of that page's site, but it tells the name it asked for.
 */
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/** Listening on these means on every address there is. */
const EVERYWHERE = ["0.0.0.0", "::"];

/** Whether only programs of this machine reach an address. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** Addresses of this machine in its networks. */
const networkAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);

/** As it stands in an address: IPv6 goes in brackets. */
const inAddress = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Addresses at which a server that listens on `host` can be opened, the best first. */
export function addressesOf(host: string, port: number): string[] {
  const hosts = EVERYWHERE.includes(host) ? ["127.0.0.1", ...networkAddresses()] : [host];
  return hosts.map((one) => `http://${inAddress(one)}:${port}/`);
}

/** Values of `Host` that are answered by a server that listens on `host`. */
export function namesOf(host: string, port: number): ReadonlySet<string> {
  const own = EVERYWHERE.includes(host) ? [hostname(), ...networkAddresses()] : [host];
  const names = [...LOOPBACK, ...own].map((one) => inAddress(one).toLowerCase());
  // Browsers leave the port of http out.
  return new Set(names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]));
}

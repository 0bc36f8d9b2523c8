/** What the address bar holds: the view, and what is needed to show the same again. */
import { signal } from "@preact/signals";

export const VIEWS = ["compare", "descend", "write", "train", "learn"] as const;
export type ViewName = (typeof VIEWS)[number];

/** The parts of `#/view/detail?name=value`. */
export interface Address {
  readonly view: ViewName;
  /** What follows the view: the loss on a page of Learn. */
  readonly detail: string;
  readonly parameters: URLSearchParams;
}

/** Longer links break in mail and chat, and in some browsers. */
export const LONGEST = 24_000;

/** A link that was cut may end within an escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parseAddress(hash: string): Address {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [name, ...rest] = path.split("/");
  const view = VIEWS.find((one) => one === name) ?? "compare";
  return { view, detail: decoded(rest.join("/")), parameters: new URLSearchParams(query) };
}

export function textOfAddress({ view, detail, parameters }: Address): string {
  const query = parameters.toString();
  return `#/${view}${detail === "" ? "" : `/${encodeURIComponent(detail)}`}${query === "" ? "" : `?${query}`}`;
}

/** The present address. Views read it; {@link remember} and links change it. */
export const address = signal<Address>(parseAddress(location.hash));

// Also when the user edits the address, or goes back.
addEventListener("hashchange", () => {
  address.value = parseAddress(location.hash);
});

/** Parameters to put in; `null` takes one out. */
export type Changes = Readonly<Record<string, string | readonly string[] | null>>;

function changed(before: URLSearchParams, changes: Changes): URLSearchParams {
  const parameters = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changes)) {
    parameters.delete(name);
    for (const one of value === null ? [] : [value].flat()) parameters.append(name, one);
  }
  return parameters;
}

/** The link to a view: it takes everything remembered along, with these changes. */
export const linkTo = (view: ViewName, detail = "", changes: Changes = {}): string =>
  textOfAddress({ view, detail, parameters: changed(address.value.parameters, changes) });

let pending: ReturnType<typeof setTimeout> | undefined;

/**
 * Changes parameters of the address. The history gets no entry, and the address bar follows with a delay: browsers
 * refuse pages that write it too often.
 */
export function remember(changes: Changes): void {
  address.value = { ...address.value, parameters: changed(address.value.parameters, changes) };
  clearTimeout(pending);
  pending = setTimeout(() => history.replaceState(null, "", textOfAddress(address.value)), 150);
}

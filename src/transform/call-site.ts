/** The line of the user's code that records an operation: for those who look for a NaN, or at a tape. */

/** What a frame of the engine itself contains: everything else is the user's code, or a loss. */
const ENGINE = engineFrames(new URL(import.meta.url));

function engineFrames({ protocol, href, pathname }: URL): string[] {
  // A script made of a Blob has no folder: it is one file, and the user's code another.
  if (protocol === "blob:") return [href];
  const here = decodeURIComponent(pathname);
  const own = /transform\/call-site\.[tj]s$/;
  if (own.test(here)) {
    const root = here.replace(own, "");
    const folders = ["graph/", "ops/", "autodiff/", "transform/", "scalar/"];
    return [...folders, "tensor.", "create.", "functions."].map((part) => root + part);
  }
  // Built, the whole package shares a folder: losses cannot be told from the engine, only the user's code can.
  return [here.replace(/(chunks\/)?[^/]*$/, "")];
}

/** How far up the stack the user's line may be: V8's own limit of 10 is too near for a compound loss. */
const FRAMES = 60;

/** The nearest line outside the engine, as `file:line`. */
export function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const frame = frames.find(
    (line) => /:\d+:\d+\)?$/.test(line) && !ENGINE.some((part) => line.includes(part)),
  );
  return frame?.match(/\(?([^\s()]+:\d+):\d+\)?$/)?.[1];
}

/** Tests that need Chromium; `SEGTAPE_EXPECT` naming `chromium` makes its absence a failure. */
import { expect, test } from "vitest";
import { expectedModes } from "../../support/backends.ts";
import { program } from "./launch.ts";

export { launch } from "./launch.ts";

/** Declares the tests of `body`, or says why not. */
export function withChromium(title: string, body: () => void): void {
  const reason = "no Chromium here (set CHROMIUM to its path)";
  if (program !== undefined) body();
  else if (expectedModes.includes("chromium")) {
    test(`${title} in Chromium, which SEGTAPE_EXPECT names`, () => expect.fail(reason));
  } else test.skip(`${title}: ${reason}`);
}

/** Every loss, value and gradient, on every executor that works here, against the float64 reference. */
import { expect, test } from "vitest";
import { describeModes, relativeError } from "../support/backends.ts";
import { computeScene, SCENES, toleranceOf } from "../support/loss-scenes.ts";

await describeModes("losses", (mode) => {
  test.each(SCENES)("%s, %d channels", async (_name, channels, one) => {
    const exact = await computeScene("reference", one, channels);
    const actual = await computeScene(mode, one, channels);
    const tolerance = toleranceOf(mode, one);
    expect(relativeError([actual.value], [exact.value])).toBeLessThan(tolerance);
    expect(relativeError(actual.slope, exact.slope)).toBeLessThan(tolerance);
  });
});

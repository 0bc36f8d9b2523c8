/** Images and masks told apart by folders and names. */
import { describe, expect, test } from "vitest";
import { pairingOf } from "../../../src/studio/subject/training/pairing.ts";

/** Names on either side, or the problems. */
function told(paths: readonly string[]) {
  const pairing = pairingOf(paths);
  return "problems" in pairing
    ? pairing.problems
    : { images: Object.fromEntries(pairing.images.files), masks: Object.fromEntries(pairing.masks.files) };
}

const PAIR = {
  images: { a: "set/images/a.png", b: "set/images/b.PNG" },
  masks: { a: "set/masks/a.png", b: "set/masks/b.png" },
};
const FILES = [...Object.values(PAIR.masks), ...Object.values(PAIR.images)];

describe("two folders", () => {
  test("by their names", () => {
    expect(told(FILES)).toEqual(PAIR);
  });

  test.each(["mask", "Labels", "gt", "ground_truth", "Segmentations"])("masks may lie in %s", (name) => {
    expect(told([`x/${name}/a.png`, "x/whatever/a.png"])).toEqual({
      images: { a: "x/whatever/a.png" },
      masks: { a: `x/${name}/a.png` },
    });
  });

  test("files beside them, hidden ones, and a third folder that is neither do not matter", () => {
    const more = ["set/README.txt", "set/.DS_Store", "set/images/.thumb.png", "set/previews/a.png"];
    expect(told([...FILES, ...more])).toEqual(PAIR);
  });

  test("another kind of file within is told", () => {
    expect(told([...FILES, "set/masks/c.jpg"])).toEqual(["set/masks/c.jpg: no PNG file"]);
  });

  test("of which none is for masks: they are named", () => {
    const [problem] = told(["x/left/a.png", "x/right/a.png"]) as string[];
    expect(problem).toContain("x/left, x/right");
    expect(problem).toContain("masks");
  });
});

describe("one folder", () => {
  test("each mask beside its image", () => {
    expect(told(["a.png", "a_mask.png", "b c.png", "b c-label.png"])).toEqual({
      images: { a: "a.png", "b c": "b c.png" },
      masks: { a: "a_mask.png", "b c": "b c-label.png" },
    });
  });

  test("an image without a mask, a mask without an image, and a second mask are told", () => {
    expect(told(["a.png", "a_mask.png", "a_gt.png", "b.png", "c_mask.png"])).toEqual([
      "a_mask.png: a second mask of a",
      "b.png: no mask beside it, expected b_mask.png",
      "c_mask.png: no image beside it, expected c.png",
    ]);
  });

  test("without masks, without PNG files, without files: what is expected is said", () => {
    expect((told(["a.png", "b.png"]) as string[])[0]).toMatch(/^Found a\.png, b\.png\. Expected/);
    expect((told(["a.jpg"]) as string[])[0]).toMatch(/^No PNG file there\. Expected/);
    expect((told([]) as string[])[0]).toMatch(/^No files there\. Expected/);
  });
});

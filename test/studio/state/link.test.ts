/** What the address bar holds, there and back. */
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

// The page's own objects, which Node has not.
vi.stubGlobal("location", { hash: "" });
vi.stubGlobal("addEventListener", () => undefined);
const { parseAddress, textOfAddress, VIEWS } = await import("../../../src/studio/state/address.ts");
const { bytesOfText, textOfBytes } = await import("../../../src/studio/state/bytes.ts");
const { choiceOfText, textOfChoice, withOption } = await import("../../../src/studio/state/choices.ts");

describe("addresses", () => {
  test("come back as they were", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VIEWS),
        fc.string(),
        fc.array(fc.tuple(fc.string(), fc.string())),
        (view, detail, pairs) => {
          const { detail: back, ...rest } = parseAddress(
            textOfAddress({ view, detail, parameters: new URLSearchParams(pairs) }),
          );
          expect([rest.view, back, [...rest.parameters]]).toEqual([view, detail, pairs]);
        },
      ),
    );
  });

  test("that say nothing, or nonsense, lead to Compare", () => {
    for (const text of ["", "#", "#/", "#/nowhere", "#//", "#/%zz", "#?a=b"])
      expect(parseAddress(text).view).toBe("compare");
    expect(parseAddress("#/learn/50%").detail).toBe("50%");
  });
});

describe("bytes", () => {
  test("come back as they were, in letters that an address may hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        const text = await textOfBytes(bytes);
        expect(text).toMatch(/^[\w-]*$/);
        expect(await bytesOfText(text)).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  test("of an even map take next to nothing", async () => {
    expect((await textOfBytes(new Uint8Array(256 * 256))).length).toBeLessThan(120);
  });

  test("that somebody damaged are none", async () => {
    const text = await textOfBytes(Uint8Array.from({ length: 500 }, (_, i) => (i * i) % 251));
    expect(await bytesOfText(text.slice(0, -9))).toBeNull();
    expect(await bytesOfText("%%%")).toBeNull();
  });

  test("that would unpack to more than asked for are none", async () => {
    const text = await textOfBytes(new Uint8Array(4_000_000));
    expect(await bytesOfText(text, 1_000_000)).toBeNull();
    expect((await bytesOfText(text))?.length).toBe(4_000_000);
  });
});

describe("choices of losses", () => {
  const known = (name: string) => name === "focalLoss";

  test("come back as they were", () => {
    for (const choice of [
      { name: "focalLoss", options: {} },
      { name: "focalLoss", options: { gamma: 3, alpha: null, list: [1, 2], word: "a:b&c" } },
    ])
      expect(choiceOfText(textOfChoice(choice), known)).toEqual(choice);
  });

  test("that are none are refused", () => {
    for (const text of ["", "nothingLoss", "focalLoss:", "focalLoss:{", "focalLoss:[1]", "focalLoss:null"])
      expect(choiceOfText(text, known)).toBeNull();
  });

  test("keep only what differs from the default", () => {
    const spec = { default: 2, doc: "" };
    const changed = withOption({ name: "focalLoss", options: {} }, "gamma", 3, spec);
    expect(changed.options).toEqual({ gamma: 3 });
    expect(withOption(changed, "gamma", 2, spec).options).toEqual({});
    expect(withOption(changed, "gamma", undefined, spec).options).toEqual({});
  });
});

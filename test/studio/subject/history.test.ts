/** Undo and redo, against a list with a finger in it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { advance, redo, startHistory, undo } from "../../../src/studio/subject/history.ts";
import { type Picture, withLayer } from "../../../src/studio/subject/picture.ts";

const pictureOf = (level: number): Picture => ({
  width: 1,
  height: 1,
  mask: Uint8Array.of(0),
  prediction: Uint8Array.of(level),
});

const steps = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 255 }).map((level) => ({ kind: "edit" as const, level })),
    fc.constantFrom({ kind: "undo" as const }, { kind: "redo" as const }),
  ),
  { maxLength: 40 },
);

test("undo and redo walk along what was edited", () => {
  fc.assert(
    fc.property(steps, (all) => {
      let history = startHistory(pictureOf(0));
      let list = [history.present];
      let at = 0;
      for (const step of all) {
        if (step.kind === "edit") {
          const next = pictureOf(step.level);
          history = advance(history, next);
          list = [...list.slice(0, at + 1), next];
          at++;
        } else if (step.kind === "undo") {
          history = undo(history);
          at = Math.max(0, at - 1);
        } else {
          history = redo(history);
          at = Math.min(list.length - 1, at + 1);
        }
        expect(history.present).toBe(list[at]);
        expect(history.past.length).toBe(at);
        expect(history.future.length).toBe(list.length - 1 - at);
      }
    }),
  );
});

test("undo after an edit brings back the very map", () => {
  const before = pictureOf(7);
  const after = withLayer(before, "prediction", Uint8Array.of(200));
  const history = undo(advance(startHistory(before), after));
  expect(history.present).toBe(before);
  expect(redo(history).present).toBe(after);
});

test("where there is nothing to undo or redo, the history stays the same one", () => {
  const history = startHistory(pictureOf(1));
  expect(undo(history)).toBe(history);
  expect(redo(history)).toBe(history);
});

test("steps are kept to a number; the oldest goes", () => {
  let history = startHistory(pictureOf(0));
  for (let level = 1; level <= 100; level++) history = advance(history, pictureOf(level));
  expect(history.past.length).toBe(60);
  expect(history.past[0].prediction[0]).toBe(40);
});

/** Settings of a training as the address holds them. */
import { describe, expect, test } from "vitest";
import {
  DEFAULTS,
  dataText,
  settingsOfText,
  signatureOf,
  type TrainSettings,
  textOfSettings,
} from "../../../src/studio/subject/training/settings.ts";

describe("settings in the address", () => {
  test("what is as by default takes no room", () => {
    expect(textOfSettings(DEFAULTS)).toBe("");
    expect(settingsOfText("")).toEqual(DEFAULTS);
    expect(textOfSettings({ ...DEFAULTS, depth: 4, rate: 0.001 })).toBe("depth:4,rate:0.001");
  });

  test("every setting comes back as it was", () => {
    const other: TrainSettings = {
      data: "cells",
      count: 17,
      size: 96,
      foreground: 2,
      depth: 2,
      channels: 5,
      optimizer: "rmsProp",
      rate: 3e-4,
      schedule: "cosine",
      batch: 3,
      steps: 77,
      turns: false,
      every: 4,
      seed: 0,
    };
    for (const name of Object.keys(DEFAULTS) as (keyof TrainSettings)[])
      expect(other[name], name).not.toBe(DEFAULTS[name]);
    expect(settingsOfText(textOfSettings(other))).toEqual(other);
  });

  test.each([
    ["an unknown name", "colour:red"],
    ["an unknown choice", "optimizer:newton"],
    ["a size that is not offered", "size:65"],
    ["a number out of range", "depth:12"],
    ["half a channel", "channels:2.5"],
    ["no number", "rate:fast"],
    ["nothing", "steps:"],
    ["not even a colon", "steps"],
  ])("%s is left as by default", (_, text) => {
    expect(settingsOfText(text)).toEqual(DEFAULTS);
    expect(settingsOfText(`${text},batch:2`)).toEqual({ ...DEFAULTS, batch: 2 });
  });
});

describe("what a training goes on from", () => {
  const of = (changes: Partial<TrainSettings>, loss = "diceLoss") =>
    signatureOf({ ...DEFAULTS, ...changes }, loss);

  test("how long it lasts, and how often it is measured, make no other training", () => {
    expect(of({ steps: 5, every: 3 })).toBe(of({}));
  });

  test("everything else does", () => {
    for (const change of [{ rate: 0.1 }, { seed: 2 }, { batch: 2 }, { data: "cells" as const }])
      expect(of(change), JSON.stringify(change)).not.toBe(of({}));
    expect(of({}, "focalLoss")).not.toBe(of({}));
  });

  test("pictures follow from their own settings alone", () => {
    expect(dataText({ ...DEFAULTS, rate: 0.1, steps: 3 })).toBe(dataText(DEFAULTS));
    for (const change of [{ size: 96 }, { count: 9 }, { seed: 3 }, { data: "files" as const }])
      expect(dataText({ ...DEFAULTS, ...change }), JSON.stringify(change)).not.toBe(dataText(DEFAULTS));
  });
});

/** Values of numpy's definitions and brute force: see golden/make.py. */
import { describe, expect, test } from "vitest";
import { evaluateMetrics, type MetricOptions, metrics } from "../../src/metrics/index.ts";
import data from "./golden/values.json" with { type: "json" };

interface Golden {
  readonly name: string;
  readonly options: MetricOptions;
  readonly prediction: number[];
  readonly target: number[];
  readonly probabilities: number[];
  readonly perClass: Readonly<Record<string, readonly number[]>>;
  readonly whole: Readonly<Record<string, number>>;
}

const cases = data as unknown as readonly Golden[];
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

/** The options that one metric takes. */
const optionsFor = (name: string, options: MetricOptions) =>
  Object.fromEntries(Object.entries(options).filter(([key]) => key in metrics[name].options));

describe.each(cases.map((golden) => [golden.name, golden] as const))("%s", (_, golden) => {
  const { options, perClass, whole } = golden;
  const prediction = Uint8Array.from(golden.prediction);
  const target = Uint8Array.from(golden.target);
  const probabilities = Float64Array.from(golden.probabilities);

  test("all metrics at once", () => {
    const names = Object.keys(metrics);
    const found = evaluateMetrics(names, prediction, target, { ...options, probabilities });
    expect(Object.keys(found)).toEqual(names);
    for (const name of names) {
      if (name in whole) {
        expect(found[name].perClass).toEqual([]);
        expect(found[name].mean, name).toBeCloseTo(whole[name], 12);
      } else {
        expect(found[name].perClass).toHaveLength(perClass[name].length);
        perClass[name].forEach((value, c) => {
          expect(found[name].perClass[c], `${name} of class ${c}`).toBeCloseTo(value, 10);
        });
        expect(found[name].mean, name).toBeCloseTo(mean(perClass[name].slice(1)), 10);
      }
    }
  });

  test.each(Object.keys(metrics))("%s alone, with the background in its mean", (name) => {
    const metric = metrics[name];
    const given = metric.needs === "classes" ? prediction : probabilities;
    const whenWhole = name in whole;
    const alone = metric(given, target, {
      ...optionsFor(name, options),
      ...(whenWhole ? {} : { includeBackground: true }),
    });
    expect(alone.mean).toBeCloseTo(whenWhole ? whole[name] : mean(perClass[name]), 10);
  });
});

test("every metric of the catalogue has values", () => {
  const [first] = cases;
  expect(Object.keys({ ...first.perClass, ...first.whole }).sort()).toEqual(Object.keys(metrics).sort());
});

/** Laws that hold for every image, and a brute force beside the distances. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addConfusions,
  averageSurfaceDistance,
  boundaryF1,
  confusionMatrix,
  dice,
  evaluateMetrics,
  hausdorff95,
  iou,
  matthewsCorrelation,
  metrics,
  precision,
  sensitivity,
} from "../../src/metrics/index.ts";

const OF_CLASSES = Object.keys(metrics).filter((name) => metrics[name].needs === "classes");
const BORDERS = ["hausdorff95", "averageSurfaceDistance", "boundaryF1"];

interface Pair {
  readonly size: readonly number[];
  readonly classes: number;
  readonly prediction: number[];
  readonly target: number[];
}

/** Two label maps of 1 to 3 dimensions. */
const pairs: fc.Arbitrary<Pair> = fc
  .record({
    size: fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
      fc.tuple(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
      ),
    ),
    classes: fc.integer({ min: 2, max: 4 }),
  })
  .chain(({ size, classes }) => {
    const length = (size as number[]).reduce((n, axis) => n * axis, 1);
    const map = fc.array(fc.nat(classes - 1), { minLength: length, maxLength: length });
    return fc.record({
      size: fc.constant(size),
      classes: fc.constant(classes),
      prediction: map,
      target: map,
    });
  });

const positionOf = (index: number, size: readonly number[]): number[] => {
  const position: number[] = [];
  let rest = index;
  for (const length of size.slice().reverse()) {
    position.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return position;
};

/** Border pixels of a class, by their positions, straight from the definition. */
function borderPoints(map: readonly number[], c: number, size: readonly number[]): number[][] {
  const at = (position: readonly number[]) =>
    position.every((x, axis) => x >= 0 && x < size[axis])
      ? map[position.reduce((index, x, axis) => index * size[axis] + x, 0)]
      : -1;
  return map
    .map((_, i) => positionOf(i, size))
    .filter((position) => {
      if (at(position) !== c) return false;
      return position.some((_, axis) =>
        [-1, 1].some((step) => at(position.map((x, a) => (a === axis ? x + step : x))) !== c),
      );
    });
}

function nearest(from: readonly number[][], to: readonly number[][], spacing: readonly number[]): number[] {
  return from.map((x) =>
    Math.min(...to.map((y) => Math.hypot(...x.map((value, axis) => (value - y[axis]) * spacing[axis])))),
  );
}

describe("borders", () => {
  test("agree with all pairs of border pixels", () => {
    fc.assert(
      fc.property(
        pairs,
        fc.constantFrom(0.5, 1, 3),
        fc.constantFrom(0, 0.5, 1.5, 3),
        ({ size, classes, prediction, target }, last, tolerance) => {
          const spacing = size.map((_, axis) => (axis === size.length - 1 ? last : 1));
          const options = { size, classes, spacing };
          const found = evaluateMetrics(BORDERS, prediction, target, {
            ...options,
            percentile: 100,
            tolerance,
            whenEmpty: Number.NaN,
            whenMissing: Number.NaN,
          });
          for (let c = 0; c < classes; c++) {
            const [p, g] = [prediction, target].map((map) => borderPoints(map, c, size));
            const [there, back] = [nearest(p, g, spacing), nearest(g, p, spacing)];
            if (p.length === 0 || g.length === 0) {
              expect(found.hausdorff95.perClass[c]).toBeNaN();
              expect(found.averageSurfaceDistance.perClass[c]).toBeNaN();
              continue;
            }
            const all = [...there, ...back];
            expect(found.hausdorff95.perClass[c]).toBeCloseTo(Math.max(...all), 10);
            const mean = all.reduce((sum, d) => sum + d, 0) / all.length;
            expect(found.averageSurfaceDistance.perClass[c]).toBeCloseTo(mean, 10);
            const near = (list: number[]) => list.filter((d) => d <= tolerance + 1e-9).length / list.length;
            const [right, recalled] = [near(there), near(back)];
            const score = right + recalled === 0 ? 0 : (2 * right * recalled) / (right + recalled);
            expect(found.boundaryF1.perClass[c]).toBeCloseTo(score, 10);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a shifted square is as far away as it was shifted", () => {
    const square = (row: number, column: number) =>
      Uint8Array.from({ length: 30 * 40 }, (_, i) => {
        const [y, x] = [Math.floor(i / 40) - row, (i % 40) - column];
        return Number(y >= 0 && y < 9 && x >= 0 && x < 9);
      });
    const size = [30, 40];
    const start = square(5, 6);
    for (const shift of [0, 1, 4, 20]) {
      const moved = square(5, 6 + shift);
      expect(hausdorff95(start, moved, { size, percentile: 100, spacing: [1, 0.5] }).mean).toBe(shift / 2);
      expect(hausdorff95(moved, start, { size, percentile: 100 }).mean).toBe(shift);
    }
    // Moving both changes nothing.
    const options = { size, spacing: 2 };
    const [here, there] = [
      evaluateMetrics(BORDERS, square(3, 3), square(5, 8), options),
      evaluateMetrics(BORDERS, square(13, 20), square(15, 25), options),
    ];
    for (const name of BORDERS) expect(there[name].mean).toBe(here[name].mean);
  });
});

describe("every metric of classes", () => {
  test("is best for a perfect prediction", () => {
    fc.assert(
      fc.property(pairs, ({ size, classes, target }) => {
        const found = evaluateMetrics(OF_CLASSES, target, target, { size, classes });
        for (const name of OF_CLASSES) {
          const best = Number(metrics[name].higherIsBetter);
          expect([...found[name].perClass, found[name].mean], name).toEqual(
            [...found[name].perClass, 0].map(() => best),
          );
        }
      }),
    );
  });

  test("follows a permutation of the classes", () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 3 }), ({ size, classes, prediction, target }, shift) => {
        const renamed = (map: number[]) => map.map((c) => (c + shift) % classes);
        const options = { size, classes, includeBackground: true };
        const before = evaluateMetrics(OF_CLASSES, prediction, target, options);
        const after = evaluateMetrics(OF_CLASSES, renamed(prediction), renamed(target), options);
        for (const name of OF_CLASSES) {
          before[name].perClass.forEach((value, c) => {
            expect(after[name].perClass[(c + shift) % classes], name).toBe(value);
          });
          expect(after[name].mean).toBeCloseTo(before[name].mean, 10);
        }
      }),
    );
  });

  test("is the same with prediction and target changed over, or is another one", () => {
    const partner: Readonly<Record<string, string>> = { sensitivity: "precision", precision: "sensitivity" };
    // Of the negatives: no metric of its own.
    const names = OF_CLASSES.filter((name) => !["specificity", "balancedAccuracy"].includes(name));
    fc.assert(
      fc.property(pairs, ({ size, classes, prediction, target }) => {
        const there = evaluateMetrics(names, prediction, target, { size, classes });
        const back = evaluateMetrics(names, target, prediction, { size, classes });
        for (const name of names) {
          const other = back[partner[name] ?? name];
          expect(other.mean, name).toBeCloseTo(there[name].mean, 10);
        }
      }),
    );
  });

  test("is blind to what is ignored", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ({ size, classes, prediction, target }, seed) => {
        const masked = target.map((c, i) => ((seed >> (i % 16)) & 1 ? 9 : c));
        const other = prediction.map((c, i) => (masked[i] === 9 ? (c + 1) % classes : c));
        const options = { size, classes, ignoreIndex: 9 };
        expect(evaluateMetrics(OF_CLASSES, other, masked, options)).toEqual(
          evaluateMetrics(OF_CLASSES, prediction, masked, options),
        );
      }),
    );
  });
});

test("Dice, IoU, precision, sensitivity and correlation are bound to each other", () => {
  fc.assert(
    fc.property(pairs, ({ classes, prediction, target }) => {
      const [d, j, p, r, m] = [dice, iou, precision, sensitivity, matthewsCorrelation].map(
        (metric) => metric(prediction, target, { classes }).perClass,
      );
      d.forEach((value, c) => {
        expect(j[c]).toBeCloseTo(value / (2 - value), 12);
        if (p[c] + r[c] > 0) expect(value).toBeCloseTo((2 * p[c] * r[c]) / (p[c] + r[c]), 12);
        expect(Math.abs(m[c])).toBeLessThanOrEqual(1 + 1e-12);
      });
    }),
  );
});

test("confusion matrices of parts add up to that of the whole", () => {
  fc.assert(
    fc.property(pairs, fc.nat(40), ({ classes, prediction, target }, cut) => {
      const part = (from: number, to?: number) =>
        confusionMatrix(prediction.slice(from, to), target.slice(from, to), { classes });
      expect(addConfusions([part(0, cut), part(cut)])).toEqual(part(0));
    }),
  );
});

test("distances grow with the spacing, and a tolerance of that length allows for them", () => {
  fc.assert(
    fc.property(pairs, ({ size, classes, prediction, target }) => {
      const one = { size, classes, whenMissing: 7 };
      for (const metric of [hausdorff95, averageSurfaceDistance]) {
        const near = metric(prediction, target, { ...one, whenMissing: 7 }).perClass;
        const far = metric(prediction, target, { ...one, whenMissing: 21, spacing: 3 }).perClass;
        far.forEach((d, c) => {
          expect(d).toBeCloseTo(3 * near[c], 10);
        });
      }
      const worst = hausdorff95(prediction, target, { ...one, percentile: 100 }).perClass;
      worst.forEach((tolerance, c) => {
        const score = boundaryF1(prediction, target, { size, classes, tolerance }).perClass[c];
        const [inBoth, inOne] = [prediction, target].map((map) => map.includes(c));
        expect(score).toBe(inBoth === inOne ? 1 : 0);
      });
    }),
  );
});

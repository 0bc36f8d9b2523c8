/** Drawings of graphs: nothing above what it reads, nothing on top of each other. */
import { beforeAll, describe, expect, test } from "vitest";
import { diceFocalLoss, setBackend, type Tensor, tape, tensor } from "../../../src/index.ts";
import type { GraphStep } from "../../../src/studio/sandbox/findings.ts";
import { BOX_HEIGHT, boxCount, drawingOf } from "../../../src/studio/views/write/graph/layout.ts";

beforeAll(() => setBackend("reference"));

const image = (...numbers: number[]) => tensor(numbers, [1, 1, 2, 2]);

function stepsOf(loss: (p: Tensor, t: Tensor) => Tensor): GraphStep[] {
  const names = ["prediction", "target"];
  const { steps } = tape(loss, [image(0.2, -1, 3, 0.5), image(1, 0, 1, 0)], { names, argnums: 0 });
  return steps.map(({ site, ...step }) => ({ ...step, line: null }));
}

const chain = stepsOf((p, t) => p.sigmoid().mul(2).add(t).clamp(0, 1).sum());

describe.each([
  ["a chain", chain],
  ["a loss of the catalogue with its gradient", stepsOf((p, t) => diceFocalLoss(p, t))],
])("the drawing of %s", (_title, steps) => {
  const { boxes, edges, width, height } = drawingOf(steps);

  test("has every operation once, but for the numbers that others read", () => {
    expect(boxes).toHaveLength(boxCount(steps));
    expect(new Set(boxes.map(({ step }) => step.name)).size).toBe(boxes.length);
    expect(boxes.length).toBeLessThan(steps.length);
  });

  test("leads down, from the lower edge of one box to the upper edge of another", () => {
    const byName = new Map(boxes.map((box) => [box.step.name, box]));
    expect(edges.length).toBeGreaterThan(boxes.length / 2);
    for (const { from, to, points } of edges) {
      const [above, below] = [byName.get(from), byName.get(to)];
      expect(points[0]).toEqual([above?.x, (above?.y ?? 0) + BOX_HEIGHT / 2]);
      expect(points.at(-1)).toEqual([below?.x, (below?.y ?? 0) - BOX_HEIGHT / 2]);
      points.slice(1).forEach(([, y], i) => {
        expect(y).toBeGreaterThan(points[i][1]);
      });
    }
  });

  test("keeps boxes apart and within the picture", () => {
    for (const [i, a] of boxes.entries()) {
      expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width / 2).toBeLessThanOrEqual(width + 1);
      expect(a.y + BOX_HEIGHT / 2).toBeLessThanOrEqual(height);
      const beside = boxes.slice(i + 1).filter((b) => b.y === a.y);
      for (const b of beside) expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual((a.width + b.width) / 2);
    }
  });
});

test("boxes say what they are: arguments by name, operations with the numbers that they read", () => {
  const titles = drawingOf(chain.filter(({ pass }) => pass === "forward")).boxes.map(({ title }) => title);
  expect(titles.sort()).toEqual(["add", "clamp 0 1", "mul 2", "prediction", "sigmoid", "sum", "target"]);
});

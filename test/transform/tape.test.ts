import { beforeAll, describe, expect, test } from "vitest";
import { setBackend, tape, tensor } from "../../src/index.ts";

beforeAll(() => setBackend("reference"));

const captured = tensor([3, 4]);
const recorded = () =>
  tape((x, y) => x.mul(captured).clamp(0, 1).sub(y).sum(), [tensor([1, 2]), tensor(0)], {
    names: ["logits", 'a "b"'],
  });

describe("a tape", () => {
  test("is listed forward and backward, with shapes and results", () => {
    expect(recorded().print()).toBe(`forward
  logits = argument  [2]
  a "b" = argument  []
  %0 = data  [2]
  %1 = mul(logits, %0)  [2]
  %2 = clamp(%1) {min=0, max=1}  [2]
  %3 = expand(a "b")  [2]
  %4 = sub(%2, %3)  [2]
  %5 = sum(%4) {axes=[0]}  []  -> value
backward
  %6 = equal(%1, %2)  [2]
  %7 = full {value=1}  [2]
  %8 = full {value=0}  [2]
  %9 = where(%6, %7, %8)  [2]
  %10 = mul(%9, %0)  [2]  -> gradient of logits
  %11 = neg(%7)  [2]
  %12 = sum(%11) {axes=[0]}  []  -> gradient of a "b"`);
  });

  test("gives its steps as data", () => {
    const { steps } = recorded();
    expect(steps.map(({ name }) => name).slice(0, 4)).toEqual(["logits", 'a "b"', "%0", "%1"]);
    expect(steps[0]).toMatchObject({ op: "argument", reads: [], pass: "forward", site: undefined });
    expect(steps[2]).toMatchObject({ op: "data", kind: "leaf" });
    expect(steps[4]).toMatchObject({
      op: "clamp",
      kind: "map",
      shape: [2],
      attributes: { min: 0, max: 1 },
      reads: ["%1"],
    });
    expect(steps[7]).toMatchObject({ op: "sum", result: "value", pass: "forward" });
    expect(steps[8]).toMatchObject({ op: "equal", pass: "backward" });
    expect(steps.at(-1)?.result).toBe('gradient of a "b"');
  });

  test("records the gradients that are asked for", () => {
    const { steps } = tape((x, y) => x.mul(y).sum(), [tensor([1, 2]), tensor([3, 4])], {
      names: ["x", "y"],
      argnums: 1,
    });
    expect(steps.map(({ result }) => result).filter((result) => result !== "")).toEqual([
      "value",
      "gradient of y",
    ]);
    expect(() => tape((x) => x.sum(), [tensor([1])], { argnums: -1 })).toThrow(/argnums is \[-1\]/);
    expect(() => tape((x) => x.sum(), [tensor([1])], { argnums: 1 })).toThrow(
      /argnums is 1, expected positions/,
    );
    expect(tape((x) => x.exp(), [tensor([1])], { gradient: false }).length).toBe(2);
  });

  test("knows the line of each operation, where it is asked for", () => {
    const { steps } = tape((x) => x.exp().sum(), [tensor([1, 2])], { sites: true });
    const sum = steps.find(({ op }) => op === "sum");
    expect(sum?.site).toMatch(/tape\.test\.ts:\d+$/);
    // What the gradient adds is blamed on the line that it is the derivative of.
    expect(steps.at(-1)).toMatchObject({ op: "mul", pass: "backward", site: sum?.site });
  });

  test("is drawn for Mermaid, the backward pass dashed", () => {
    const text = tape((x) => x.exp().sum(), [tensor([1, 2])]).mermaid();
    expect(text).toBe(`flowchart TD
  n0["x0<br/>[2]"]
  n1["exp<br/>[2]"]
  n2["sum<br/>[]<br/>value"]
  n3["full<br/>[2]"]
  n4["mul<br/>[2]<br/>gradient of x0"]
  n0 --> n1
  n1 --> n2
  n3 --> n4
  n1 --> n4
  classDef backward stroke-dasharray: 4 3
  class n3,n4 backward`);
  });

  test("is drawn for Graphviz", () => {
    const text = tape((x) => x.exp().sum(), [tensor([1, 2])]).dot();
    expect(text).toBe(`digraph tape {
  node [shape=box, fontname=monospace];
  n0 [label="x0\\n[2]"];
  n1 [label="exp\\n[2]"];
  n2 [label="sum\\n[]\\nvalue"];
  n3 [label="full\\n[2]", style=dashed];
  n4 [label="mul\\n[2]\\ngradient of x0", style=dashed];
  n0 -> n1;
  n1 -> n2;
  n3 -> n4;
  n1 -> n4;
}`);
  });

  test("quotes in names do not end a label", () => {
    expect(recorded().dot()).toContain(`label="a 'b'\\n[]"`);
    expect(recorded().mermaid()).toContain(`gradient of a 'b'"]`);
  });

  test("may be of the forward pass alone", () => {
    const forward = tape((x) => x.exp().sum(), [tensor([1])], { gradient: false });
    expect(forward.length).toBe(3);
    expect(forward.print()).not.toContain("backward");
    expect(forward.mermaid()).not.toContain("classDef");
  });

  test("says the same before and after what it captured has run", async () => {
    const lazy = tensor([1, 2]).add(1);
    const tapes = tape((x) => x.mul(lazy).sum(), [tensor([1, 2])]);
    const before = tapes.print();
    await lazy.data();
    expect(tapes.print()).toBe(before);
  });

  test("one node may be the gradient of two arguments", () => {
    const listing = tape((x, y) => x.add(y).sum(), [tensor([1]).exp(), tensor([1, 2])]).print();
    const same = tape((x, y) => x.add(y), [tensor(1), tensor(2)]).print();
    expect(listing).toContain("-> gradient of x1");
    expect(same).toContain("-> gradient of x0, gradient of x1");
  });

  test("a function that gives its argument back", () => {
    expect(tape((x) => x, [tensor(1)]).print()).toContain("x0 = argument  []  -> value");
  });
});

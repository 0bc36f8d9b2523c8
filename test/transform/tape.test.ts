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

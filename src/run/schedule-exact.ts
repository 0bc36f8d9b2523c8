/**
 * Values that are compared for equality must be the same bits on both sides. Computed twice, in two kernels,
 * they need not be: a compiler may fuse a product into a sum in one of them, and gpu.js' cpu mode holds
 * float64 until it stores. So what a maximum is found in, and what is asked whether it attains it, is stored
 * once.
 */
import { expressionOf, type Node } from "../graph/node.ts";
import { type Expression, operandsOf } from "../scalar/expression.ts";

/** The arguments that an expression compares for equality with something that is no constant. */
function comparedArguments(expression: Expression): Set<number> {
  const compared = new Set<number>();
  const argumentsOf = (e: Expression): number[] =>
    e.kind === "argument" ? [e.index] : operandsOf(e).flatMap(argumentsOf);
  const visit = (e: Expression): void => {
    if (e.kind === "binary" && e.op === "equal") {
      const [left, right] = [argumentsOf(e.x), argumentsOf(e.y)];
      if (left.length > 0 && right.length > 0) for (const i of [...left, ...right]) compared.add(i);
    }
    operandsOf(e).forEach(visit);
  };
  visit(expression);
  return compared;
}

/** The map behind moves, if there is one. */
function computed(node: Node): Node | null {
  let source = node;
  while (source.op.kind === "move") source = source.inputs[0];
  return source.op.kind === "map" ? source : null;
}

function comparedInputs(node: Node): Node[] {
  const { op } = node;
  if (op.kind === "fold") return op.fold.combine === "add" ? [] : [...node.inputs];
  if (op.kind !== "map") return [];
  const positions = comparedArguments(expressionOf(node));
  const compared = node.inputs.filter((_, i) => positions.has(i));
  return compared.some((input) => input.op.kind === "leaf") ? [] : compared;
}

/** The maps whose bits matter: if several stages would compute one, it is stored. */
export function exactNodes(nodes: readonly Node[]): Set<Node> {
  return new Set(nodes.flatMap(comparedInputs).flatMap((node) => computed(node) ?? []));
}

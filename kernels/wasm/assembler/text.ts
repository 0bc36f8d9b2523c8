/** Functions in WebAssembly's text format, folded: operands stand inside the instruction that takes them. */
import type { Code, Result } from "./code.ts";
import type { FunctionBuilder } from "./function.ts";

/** Longer instructions go over several lines. */
const WIDTH = 100;

function flat({ text, operands }: Code): string {
  return operands.length === 0 ? `(${text})` : `(${text} ${operands.map(flat).join(" ")})`;
}

function lines(instruction: Code): string[] {
  const { text, operands, bodies } = instruction;
  if (bodies !== undefined) {
    const names = text === "if" ? ["then", "else"] : [null];
    return [
      `(${text}`,
      ...operands.flatMap(lines).map((line) => `  ${line}`),
      ...bodies.flatMap((body, i) => {
        const inner = body.flatMap(lines);
        const named = names[i] === null ? inner : [`(${names[i]}`, ...inner.map((line) => `  ${line}`), ")"];
        return named.map((line) => `  ${line}`);
      }),
      ")",
    ];
  }
  const whole = flat(instruction);
  if (whole.length <= WIDTH || operands.length === 0) return [whole];
  const inner = operands.flatMap(lines).map((line) => `  ${line}`);
  inner[inner.length - 1] += ")";
  return [`(${text}`, ...inner];
}

export function functionText(
  builder: FunctionBuilder,
  name: string,
  result: Result,
  exported: boolean,
): string {
  const params = builder.params.map((param) => ` (param $${param.name} ${param.type})`).join("");
  const head = `(func $${name}${exported ? ` (export "${name}")` : ""}${params}${result === "none" ? "" : ` (result ${result})`}`;
  const locals = builder.locals.map((local) => `(local $${local.name} ${local.type})`);
  const body = [...(locals.length === 0 ? [] : [locals.join(" ")]), ...builder.body.flatMap(lines)];
  return [head, ...body.map((line) => `  ${line}`), ")"].join("\n");
}

/** Index forms as kernel text: coordinates from the thread's number, strides, quotients, conditions. */
import type { Affine, Variable } from "../../src/run/access/affine.ts";
import type { Body } from "../../src/run/access/body.ts";
import type { Condition } from "../../src/run/access/position.ts";
import { type Blocks, isAtomic } from "./block.ts";
import type { Dialect } from "./dialect.ts";
import { quotientText } from "./quotient.ts";

/** Text, and the innermost loop that it depends on (0: none). */
export interface Placed {
  readonly text: string;
  readonly depth: number;
}

export class IndexText {
  readonly #body: Body;
  readonly #blocks: Blocks;
  readonly #dialect: Dialect;
  readonly #placed = new Map<Variable, Placed>();
  readonly #forms = new Map<Affine, Placed>();
  /** How many elements one step of each output axis passes. */
  readonly #strides: number[] = [];

  constructor(body: Body, dialect: Dialect, blocks: Blocks) {
    this.#body = body;
    this.#dialect = dialect;
    this.#blocks = blocks;
    let stride = 1;
    for (let axis = body.outputs.length - 1; axis >= 0; axis--) {
      this.#strides[axis] = stride;
      stride *= body.outputs[axis].max + 1;
    }
    body.reduced.forEach((variable, i) => {
      this.#placed.set(variable, { text: `r${i}`, depth: i + 1 });
    });
  }

  /** A form as text; what outer loops know of it is bound there. */
  form(form: Affine): Placed {
    const known = this.#forms.get(form);
    if (known !== undefined) return known;
    const byDepth = new Map<number, string[]>();
    const whole = this.#wholeSteps(form);
    if (whole !== 0) byDepth.set(0, [product(whole, this.#thread())]);
    for (const [variable, step] of form.terms) {
      if (whole !== 0 && this.#body.outputs.includes(variable)) continue;
      const { text, depth } = this.variable(variable);
      const terms = byDepth.get(depth) ?? [];
      byDepth.set(depth, terms);
      terms.push(product(step, text));
    }
    const depths = [...byDepth.keys()].sort((a, b) => a - b);
    let text = form.offset === 0 && depths.length > 0 ? "" : integerText(form.offset);
    depths.forEach((depth, i) => {
      const terms = (byDepth.get(depth) as string[]).join(" + ");
      text = text === "" ? terms : `${text} + ${terms}`;
      if (i < depths.length - 1 && !isAtomic(text)) text = this.#blocks.bind(text, depth);
    });
    const placed = { text, depth: depths[depths.length - 1] ?? 0 };
    this.#forms.set(form, placed);
    return placed;
  }

  /** A form held within `0 .. size - 1`: what a condition keeps from being used is still read. */
  clamped(form: Affine, size: number): Placed {
    const { min, max } = this.#body.space.range(form);
    if (min >= 0 && max < size) return this.form(form);
    const { text, depth } = this.form(form);
    return { text: this.#blocks.bind(`Math.max(Math.min(${text}, ${size - 1}.0), 0.0)`, depth), depth };
  }

  /** A form under a name. */
  named(form: Affine): Placed {
    const { text, depth } = this.form(form);
    return { text: isAtomic(text) ? text : this.#blocks.bind(text, depth), depth };
  }

  variable(variable: Variable): Placed {
    let placed = this.#placed.get(variable);
    if (placed === undefined) {
      placed = variable.quotient === null ? this.#output(variable) : this.#quotient(variable.quotient);
      this.#placed.set(variable, placed);
    }
    return placed;
  }

  /** A condition as text. Bounds that the form's range proves are left out. */
  condition(condition: Condition): Placed {
    const { text, depth } = this.named(condition.form);
    if (condition.kind === "zero") return { text: `${text} === 0`, depth };
    const { min, max } = this.#body.space.range(condition.form);
    const bounds: string[] = [];
    if (min < 0) bounds.push(`${text} >= 0`);
    if (max >= condition.length) bounds.push(`${text} < ${condition.length}`);
    return { text: bounds.join(" && "), depth };
  }

  /** All of some conditions; those of outer loops are tested there. */
  all(conditions: readonly Condition[]): Placed {
    const placed = conditions.map((condition) => this.condition(condition));
    const depth = Math.max(...placed.map((one) => one.depth));
    const outer = new Map<number, string[]>();
    for (const one of placed) outer.set(one.depth, [...(outer.get(one.depth) ?? []), one.text]);
    const parts = [...outer].map(([at, texts]) =>
      at < depth ? this.#blocks.bindCondition(texts.join(" && "), at) : texts.join(" && "),
    );
    return { text: parts.join(" && "), depth };
  }

  #quotient({ of, by }: { readonly of: Affine; readonly by: number }): Placed {
    const { text, depth } = this.named(of);
    const { min, max } = this.#body.space.range(of);
    return { text: this.#quotientOf(text, by, Math.max(Math.abs(min), Math.abs(max)), depth), depth };
  }

  /** A coordinate of the output: what whole strides of its axis and of the next outer one leave. */
  #output(variable: Variable): Placed {
    const axis = this.#body.outputs.indexOf(variable);
    const own = this.#steps(axis);
    if (axis === 0) return { text: own, depth: 0 };
    const text = `${own} - ${this.#steps(axis - 1)} * ${variable.max + 1}`;
    return { text: this.#blocks.bind(text, 0), depth: 0 };
  }

  /** The step of the thread's number, where a form's output axes add up to it; else 0. */
  #wholeSteps(form: Affine): number {
    const { outputs } = this.#body;
    if (outputs.length === 0) return 0;
    const step = form.terms.get(outputs[outputs.length - 1]) ?? 0;
    return outputs.every((variable, axis) => form.terms.get(variable) === step * this.#strides[axis])
      ? step
      : 0;
  }

  #thread(): string {
    return this.#blocks.name("this.thread.x", 0);
  }

  #steps(axis: number): string {
    const i = this.#thread();
    const stride = this.#strides[axis];
    const threads = this.#strides[0] * (this.#body.outputs[0].max + 1);
    return stride === 1 ? i : this.#quotientOf(i, stride, threads - 1, 0);
  }

  #quotientOf(text: string, by: number, most: number, depth: number): string {
    return quotientText(text, by, most, this.#dialect, (bound) => this.#blocks.bind(bound, depth));
  }
}

const product = (step: number, text: string) => (step === 1 ? text : `${integerText(step)} * ${text}`);

const integerText = (value: number) => (value < 0 ? `(${value})` : String(value));

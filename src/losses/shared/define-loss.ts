/** Making a loss of its formula: everything around the formula is done here, once, for built-in and users' losses. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { formatShape } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import {
  MODES,
  type Mode,
  type OptionSpec,
  optionReader,
  SHARED,
  type SharedName,
  type SharedOptions,
  type SmoothOptions,
} from "./options.ts";
import { Pixels } from "./pixels.ts";
import { reduceLoss } from "./reduce.ts";

/** What a loss is about. */
export type Family = "pixel" | "region" | "boundary" | "structure" | "compound" | "custom";

/** Options that a loss must describe itself: `smooth` among them, since its default differs from loss to loss. */
type OwnName<Own> = Exclude<keyof Own, keyof SharedOptions | "smoothNumerator" | "smoothDenominator">;

/** What {@link defineLoss} is told of a loss beside its formula. */
export interface LossDefinition<Own extends object> {
  /** Axes of the prediction; spatial axes are `...`. @defaultValue "n c ..." */
  readonly prediction?: string;
  /** Axes of the target. @defaultValue "n c ..." */
  readonly target?: string;
  /** For people. @defaultValue the name */
  readonly title?: string;
  /** @defaultValue "custom" */
  readonly family?: Family;
  /** One sentence: what it rewards. */
  readonly summary?: string;
  /** The formula in plain text. */
  readonly formula?: string;
  /** The formula in LaTeX. */
  readonly latex?: string;
  /** Paper and equation. */
  readonly source?: string;
  /** What derivatives take as constant (distance maps, thresholds, selections). @defaultValue nothing */
  readonly constants?: string;
  /** Modes that the formula has a meaning in. @defaultValue all three */
  readonly modes?: readonly Mode[];
  /** The loss to take in the other modes, for the message of the refusal. */
  readonly instead?: string;
  /** Shared options that the loss honours. @defaultValue all but the smoothing terms */
  readonly shared?: readonly SharedName[];
  /** Options of its own (or a default of `smooth`), each with its default. */
  readonly options?: { readonly [K in OwnName<Own>]-?: OptionSpec } & {
    /** Only where it does not follow `smooth`. */
    readonly smoothNumerator?: OptionSpec;
    /** Only where it does not follow `smooth`. */
    readonly smoothDenominator?: OptionSpec;
    /** Only where logits alone have a meaning: its `choices`. */
    readonly input?: Pick<OptionSpec, "choices">;
  };
}

/** What a body may ask for beside the pixels. */
export interface LossCall {
  readonly prediction: Tensor;
  readonly target: Tensor;
  /** The shared options as the caller gave them, to pass on to parts of a compound loss. */
  readonly given: SharedOptions;
}

/** The formula: from pixels and options to values of pixels, of images and classes, of images, or a scalar. */
export type LossBody<Own extends object> = (
  pixels: Pixels,
  options: Required<Own> & Required<SmoothOptions> & SharedOptions,
  call: LossCall,
) => Tensor;

/** Everything the catalogue knows of a loss. */
export interface LossInfo {
  readonly title: string;
  readonly family: Family;
  readonly summary: string;
  readonly formula: string;
  readonly latex: string;
  readonly source: string;
  /** What derivatives take as constant; empty for most losses. */
  readonly constants: string;
  /** Modes that the formula has a meaning in. */
  readonly modes: readonly Mode[];
  /** Every option with its default, shared ones included. */
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** A loss: call it, or ask what it is. */
export interface Loss<Own extends object = Record<string, unknown>> extends LossInfo {
  (prediction: Tensor, target: Tensor, options?: Own): Tensor;
  readonly name: string;
}

/** Shared options of a loss that says nothing else. */
export const EVERY_LOSS: readonly SharedName[] = [
  "input",
  "mode",
  "reduction",
  "aggregate",
  "classWeights",
  "ignoreIndex",
  "includeBackground",
  "pixelWeights",
];

/** Options of losses whose mean runs over pixels: there is no ratio to aggregate. */
export const PIXEL_LOSS: readonly SharedName[] = EVERY_LOSS.filter((name) => name !== "aggregate");

/** Options of losses that are a ratio of sums. */
export const REGION_LOSS: readonly SharedName[] = [
  ...EVERY_LOSS,
  "smooth",
  "smoothNumerator",
  "smoothDenominator",
];

/** `"n c ..."`: the only layout there is so far; anything else is a mistake worth naming. */
function checkLayout(name: string, argument: string, layout: string | undefined): void {
  if (layout === undefined || layout.trim().split(/\s+/).join(" ") === "n c ...") return;
  throw new OptionError(`defineLoss: ${argument} of ${name} is "${layout}", expected "n c ..."`, {
    op: "defineLoss",
    argument,
    given: layout,
    expected: '"n c ..."',
  });
}

/** A mode that the formula has no meaning in is refused, with the loss to take instead. */
function checkFormulaMode({ loss, mode }: Pixels, modes: readonly Mode[], instead: string | undefined): void {
  if (modes.includes(mode)) return;
  const expected = modes.map((one) => `"${one}"`).join(" or ");
  const advice = instead === undefined ? "" : ` (else: ${instead})`;
  throw new OptionError(`${loss}: mode is "${mode}", expected ${expected}${advice}`, {
    op: loss,
    argument: "mode",
    given: `"${mode}"`,
    expected,
  });
}

/** Options by their specs: each may be left out, and is of its default's type. */
export type OptionsOf<Specs> = {
  readonly [K in keyof Specs]?: Specs[K] extends { readonly default: infer Default } ? Default : never;
};

function checkResult(name: string, result: unknown, pixels: Pixels): Tensor {
  if (!(result instanceof Tensor)) {
    throw new ShapeError(`${name}: the body returned ${typeof result}, expected a tensor`, {
      op: name,
      given: typeof result,
      expected: "a tensor",
    });
  }
  const [n, c, ...space] = result.shape;
  const [images, channels] = pixels.shape;
  const oneOrAll = (length: number | undefined, all: number) =>
    length === undefined || length === 1 || length === all;
  const sameSpace = result.rank < 3 || space.join() === pixels.space.join();
  const fits = oneOrAll(n, images) && oneOrAll(c, channels) && sameSpace;
  if (!fits) {
    const expected = `[n, c, ...space] like ${formatShape(pixels.shape)}, [n, c], [n] or a scalar`;
    throw new ShapeError(`${name}: the body returned ${formatShape(result.shape)}, expected ${expected}`, {
      op: name,
      given: formatShape(result.shape),
      expected,
    });
  }
  return result;
}

function sharedPart(options: object): SharedOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(SHARED, name)));
}

/**
 * A loss from its formula. Options are checked, predictions activated, targets made one-hot, values reduced:
 * the body holds the formula alone.
 *
 * The body returns values of pixels `[n, c, ...space]`, of images and classes `[n, c]` (sums and means of
 * {@link Pixels} give these), of images `[n]`, or a scalar; `reduction` then does the rest.
 *
 * Options get their types from their defaults, unless a type says them: `defineLoss<{ power?: number }>(...)`.
 *
 * @throws {@link OptionError} when called with an option that it does not have or cannot honour
 * @throws {@link ShapeError}, {@link DTypeError} when called with a prediction or target that does not fit
 * @example
 * ```ts
 * import { defineLoss, tensor } from "segtape";
 * const powerLoss = defineLoss<{ power?: number }>(
 *   "powerLoss",
 *   { options: { power: { default: 2, min: 1, doc: "exponent of the error" } } },
 *   ({ p, g }, { power }) => p.sub(g).abs().pow(power),
 * );
 * const p = tensor([[[[0.9, 0.2]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * await powerLoss(p, g, { input: "probabilities" }).item(); // (0.01 + 0.04) / 2
 * ```
 */
export function defineLoss<Specs extends Readonly<Record<string, OptionSpec>>>(
  name: string,
  definition: Omit<LossDefinition<object>, "options"> & { readonly options: Specs },
  body: LossBody<OptionsOf<Specs>>,
): Loss<OptionsOf<Specs> & SharedOptions>;
/** The same, with the types of options given: for words of a fixed choice, and options without a default. */
export function defineLoss<Own extends object = Record<never, never>>(
  name: string,
  definition: LossDefinition<Own>,
  body: LossBody<Own>,
): Loss<Own & SharedOptions>;
export function defineLoss<Own extends object>(
  name: string,
  definition: LossDefinition<Own>,
  body: LossBody<Own>,
): Loss<Own & SharedOptions> {
  if (typeof body !== "function")
    refuse(OptionError, "defineLoss", "body", typeof body, "a function of pixels");
  checkLayout(name, "prediction", definition.prediction);
  checkLayout(name, "target", definition.target);
  const { shared = EVERY_LOSS, modes = MODES } = definition;
  const own = (definition.options ?? {}) as Readonly<Record<string, OptionSpec>>;
  const specs: Record<string, OptionSpec> = {};
  for (const option of shared) specs[option] = SHARED[option];
  // A shared option that a loss describes anew keeps what it does not say: `smooth` its range, say.
  for (const [option, spec] of Object.entries(own)) specs[option] = { ...specs[option], ...spec };

  const readOptions = optionReader(name, specs);

  const loss = (prediction: Tensor, target: Tensor, options: Own & SharedOptions = {} as Own): Tensor => {
    const resolved = readOptions(options);
    const sharedOptions = resolved as SharedOptions;
    const pixels = new Pixels(name, prediction, target, sharedOptions);
    checkFormulaMode(pixels, modes, definition.instead);
    const call: LossCall = {
      prediction,
      target,
      get given() {
        return sharedPart(options);
      },
    };
    const values = body(pixels, resolved as Parameters<LossBody<Own>>[1], call);
    return reduceLoss(checkResult(name, values, pixels), pixels, sharedOptions.reduction ?? "mean");
  };
  const info: LossInfo = {
    title: definition.title ?? name,
    family: definition.family ?? "custom",
    summary: definition.summary ?? "",
    formula: definition.formula ?? "",
    latex: definition.latex ?? "",
    source: definition.source ?? "",
    constants: definition.constants ?? "",
    modes,
    options: specs,
  };
  Object.defineProperty(loss, "name", { value: name });
  return Object.assign(loss, info) as Loss<Own & SharedOptions>;
}

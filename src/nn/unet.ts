/** The U-Net: an image is made smaller level by level, and larger again with what each level had seen. */
import { concat } from "../create.ts";
import { OptionError, refuse, ShapeError } from "../errors.ts";
import { formatShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { allVariables, scoped, sequential } from "./combine.ts";
import { type ActivationName, activations } from "./layers/activations.ts";
import { conv2d, conv3d, convTranspose2d, convTranspose3d } from "./layers/convolution.ts";
import { dropout } from "./layers/dropout.ts";
import { checkCount, noOthers } from "./layers/layer.ts";
import { batchNorm, groupNorm, instanceNorm } from "./layers/normalization.ts";
import { upsample } from "./layers/resampling.ts";
import type { Context, Module, Variables } from "./module.ts";

/** What follows each convolution of a U-Net. */
export type Normalization = "none" | "batch" | "group" | "instance";

/** How a U-Net doubles sizes; "bilinear" is trilinear in volumes. */
export type Upsampling = "nearest" | "bilinear" | "transposed";

/** Options of {@link unet}: plain data, so that they can be kept beside the variables. */
export interface UNetOptions {
  /** Spatial axes: images [n, c, h, w] or volumes [n, c, d, h, w]. @defaultValue 2 */
  readonly dimensions?: 2 | 3;
  /** Channels of the input. @defaultValue 1 */
  readonly channels?: number;
  /** Channels of the logits; 1 for one object and its background. @defaultValue 1 */
  readonly classes?: number;
  /** Levels, the full size counted: sizes are halved `depth - 1` times. @defaultValue 3 */
  readonly depth?: number;
  /** Channels of the first level, doubled from level to level; or one number a level. @defaultValue 16 */
  readonly baseChannels?: number | readonly number[];
  /** Convolutions of each level, on the way down and up. @defaultValue 2 */
  readonly convolutionsPerLevel?: number;
  /** Taps along each axis, an odd number; padded so that sizes stay. @defaultValue 3 */
  readonly kernelSize?: number;
  /** What follows each convolution, which then has no bias of its own. @defaultValue "none" */
  readonly normalization?: Normalization;
  /** Groups of `normalization: "group"`, and of no other; divides the channels of every level. @defaultValue 8 */
  readonly groups?: number;
  /** What follows each convolution and its normalisation. @defaultValue "relu" */
  readonly activation?: ActivationName;
  /** Share of channels that each level drops at its end while training. @defaultValue 0 */
  readonly dropout?: number;
  /** How sizes are doubled on the way up; "transposed" has kernels of 2 and the channels of the level above. @defaultValue "nearest" */
  readonly upsampling?: Upsampling;
  /** Whether every level on the way up gives logits, by `outputs`. @defaultValue false */
  readonly deepSupervision?: boolean;
}

/** The options of a U-Net with defaults filled in: they make the same network again. */
export type UNetSettings = Required<Omit<UNetOptions, "groups">> & Pick<UNetOptions, "groups">;

/** A U-Net. */
export interface UNet extends Module {
  /** Its options, with defaults filled in. */
  readonly options: UNetSettings;
  /** Spatial sizes of the input are multiples of this: 2 ^ (depth - 1). */
  readonly divisor: number;
  /**
   * Logits [n, classes, ...space] of the full size first; with `deepSupervision` then those of the coarser levels on
   * the way up, each at its own size: half, a quarter ... (`depth - 1` in all, the lowest level gives none).
   */
  outputs(variables: Variables, x: Tensor, context?: Context): Tensor[];
}

const DEFAULT_GROUPS = 8;

const NORMALIZATIONS: Readonly<Record<Normalization, (channels: number, groups?: number) => Module | null>> =
  {
    none: () => null,
    batch: (channels) => batchNorm(channels),
    group: (channels, groups = DEFAULT_GROUPS) => groupNorm(groups, channels),
    instance: (channels) => instanceNorm(channels),
  };

const UPSAMPLINGS: readonly Upsampling[] = ["nearest", "bilinear", "transposed"];

const oneOf = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

function checkName(argument: string, value: string, names: readonly string[]): void {
  if (!names.includes(value)) refuse(OptionError, "unet", argument, JSON.stringify(value), oneOf(names));
}

/** Options with defaults, all of them checked. */
function settle(options: UNetOptions): UNetSettings {
  const {
    dimensions = 2,
    channels = 1,
    classes = 1,
    baseChannels = 16,
    depth = Array.isArray(baseChannels) ? baseChannels.length : 3,
    convolutionsPerLevel = 2,
    kernelSize = 3,
    normalization = "none",
    groups = normalization === "group" ? DEFAULT_GROUPS : undefined,
    activation = "relu",
    dropout = 0,
    upsampling = "nearest",
    deepSupervision = false,
    ...unknown
  } = options;
  noOthers("unet", unknown, "an option of unet");
  if (dimensions !== 2 && dimensions !== 3)
    refuse(OptionError, "unet", "dimensions", String(dimensions), "2 or 3");
  for (const [name, count] of Object.entries({ channels, classes, depth, convolutionsPerLevel }))
    checkCount("unet", name, count);
  if (!Number.isInteger(kernelSize) || kernelSize < 1 || kernelSize % 2 === 0)
    refuse(OptionError, "unet", "kernelSize", String(kernelSize), "an odd number from 1");
  checkName("normalization", normalization, Object.keys(NORMALIZATIONS));
  checkName("activation", activation, Object.keys(activations));
  checkName("upsampling", upsampling, UPSAMPLINGS);
  if (groups !== undefined && normalization !== "group")
    refuse(OptionError, "unet", "groups", String(groups), `nothing with normalization "${normalization}"`);
  if (!(dropout >= 0 && dropout < 1))
    refuse(OptionError, "unet", "dropout", String(dropout), "a number in 0 .. 1, below 1");
  if (typeof deepSupervision !== "boolean")
    refuse(OptionError, "unet", "deepSupervision", String(deepSupervision), "true or false");
  return {
    dimensions,
    channels,
    classes,
    depth,
    // A copy: later writes by the caller change nothing.
    baseChannels: typeof baseChannels === "number" ? baseChannels : baseChannels.slice(),
    convolutionsPerLevel,
    kernelSize,
    normalization,
    ...(groups === undefined ? {} : { groups }),
    activation,
    dropout,
    upsampling,
    deepSupervision,
  };
}

/** Channels of each level. */
function widthsOf({ baseChannels, depth }: UNetSettings): readonly number[] {
  const widths =
    typeof baseChannels === "number"
      ? Array.from({ length: depth }, (_, level) => baseChannels * 2 ** level)
      : baseChannels.slice();
  if (widths.length !== depth)
    refuse(OptionError, "unet", "baseChannels", `[${widths}]`, `one number for each of ${depth} levels`);
  for (const width of widths) checkCount("unet", "baseChannels", width);
  return widths;
}

/** Convolutions of one level, each with its normalisation and activation; then dropout. */
function block(settings: UNetSettings, inChannels: number, outChannels: number): Module {
  const { convolutionsPerLevel, kernelSize, normalization, groups, activation } = settings;
  const conv = settings.dimensions === 2 ? conv2d : conv3d;
  const parts: Record<string, Module> = {};
  for (let i = 1; i <= convolutionsPerLevel; i++) {
    const norm = NORMALIZATIONS[normalization](outChannels, groups);
    parts[`conv${i}`] = conv(i === 1 ? inChannels : outChannels, outChannels, kernelSize, {
      padding: "same",
      bias: norm === null,
    });
    if (norm !== null) parts[`norm${i}`] = norm;
    parts[`act${i}`] = activations[activation]();
  }
  if (settings.dropout > 0) parts.dropout = dropout(settings.dropout, { unit: "channels" });
  return sequential(parts);
}

function doubling({ dimensions, upsampling }: UNetSettings, inChannels: number, outChannels: number): Module {
  if (upsampling === "nearest") return upsample(2);
  if (upsampling === "bilinear") return upsample(2, dimensions === 2 ? "bilinear" : "trilinear");
  const conv = dimensions === 2 ? convTranspose2d : convTranspose3d;
  return conv(inChannels, outChannels, 2, { stride: 2 });
}

/** Sizes that fit, below and above, are part of the message. */
function checkInput(x: Tensor, { dimensions, channels }: UNetSettings, divisor: number): void {
  if (x.rank !== dimensions + 2 || x.shape[1] !== channels) {
    const expected = `[n, ${channels}, ${dimensions === 2 ? "h, w" : "d, h, w"}]`;
    refuse(ShapeError, "unet", "input", formatShape(x.shape), expected);
  }
  const space = x.shape.slice(2);
  if (space.every((length) => length % divisor === 0)) return;
  const below = space.map((length) => Math.max(divisor, length - (length % divisor)));
  const above = space.map((length) => Math.ceil(length / divisor) * divisor);
  const near = [...new Set([below, above].map(formatShape))].join(" or ");
  refuse(ShapeError, "unet", "spatial size", formatShape(space), `multiples of ${divisor}, as ${near}`);
}

/**
 * A U-Net for segmentation: [n, channels, ...space] to logits [n, classes, ...space].
 *
 * Each level is `convolutionsPerLevel` times convolution, normalisation, activation. Between levels: max pooling by 2 on
 * the way down; on the way up sizes are doubled, and what came from below is joined with what the level had seen, in
 * this order. Last, a convolution with one tap to the classes.
 *
 * Variables: `encoder.0` ... for the way down, `bottom` for the lowest level, `decoder.0` ... for the way up, counted
 * from the full size, each with `conv1.weight`, `conv1.bias` (or `norm1.weight` ...); `head`, and with deep supervision
 * `head1` ... for the coarser levels. Weights start as He's normal, biases as 0.
 *
 * @throws {@link OptionError} for options that are unknown or out of range
 * @throws {@link ShapeError} at `apply`, for other channels, or sizes that cannot be halved `depth - 1` times
 * @see Ronneberger et al. 2015; 3-D: Çiçek et al. 2016; deep supervision: Lee et al. 2015
 * @example
 * ```ts
 * import { initialize, unet } from "segtape/nn";
 * import { zeros } from "segtape";
 * const network = unet({ classes: 3, depth: 2, baseChannels: 2, normalization: "batch" });
 * const variables = initialize(network, { seed: 1 });
 * network.apply(variables, zeros([1, 1, 6, 8])).shape; // [1, 3, 6, 8]
 * network.divisor; // 2
 * ```
 */
export function unet(options: UNetOptions = {}): UNet {
  const settings = settle(options);
  const { channels, classes, depth, deepSupervision } = settings;
  const widths = widthsOf(settings);
  const lowest = depth - 1;
  const divisor = 2 ** lowest;
  const conv = settings.dimensions === 2 ? conv2d : conv3d;

  const levels = widths.slice(0, lowest).map((width, level) => {
    const below = widths[level + 1];
    const risen = settings.upsampling === "transposed" ? width : below;
    return {
      down: scoped(`encoder.${level}`, block(settings, level === 0 ? channels : widths[level - 1], width)),
      double: scoped(`decoder.${level}.up`, doubling(settings, below, width)),
      up: scoped(`decoder.${level}`, block(settings, risen + width, width)),
    };
  });
  const bottom = scoped(
    "bottom",
    block(settings, lowest === 0 ? channels : widths[lowest - 1], widths[lowest]),
  );
  const heads = widths
    .slice(0, deepSupervision ? Math.max(1, lowest) : 1)
    .map((width, level) => scoped(level === 0 ? "head" : `head${level}`, conv(width, classes, 1)));

  /** Features of each level on the way up, full size first; without any, those of the only level. */
  const features = (variables: Variables, x: Tensor, context?: Context): Tensor[] => {
    checkInput(x, settings, divisor);
    const seen: Tensor[] = [];
    let y = x;
    for (const { down } of levels) {
      const skip = down.apply(variables, y, context);
      seen.push(skip);
      y = skip.maxPool(2);
    }
    y = bottom.apply(variables, y, context);
    const risen = lowest === 0 ? [y] : [];
    for (let level = lowest - 1; level >= 0; level--) {
      const { double, up } = levels[level];
      const joined = concat([double.apply(variables, y, context), seen[level]], 1);
      y = up.apply(variables, joined, context);
      risen.unshift(y);
    }
    return risen;
  };
  const parts = [
    ...levels.map(({ down }) => down),
    bottom,
    ...levels.flatMap(({ double, up }) => [double, up]).reverse(),
    ...heads,
  ];
  return {
    variables: allVariables("unet", parts),
    options: settings,
    divisor,
    apply: (variables, x, context) => heads[0].apply(variables, features(variables, x, context)[0]),
    outputs: (variables, x, context) => {
      const risen = features(variables, x, context);
      return heads.map((head, level) => head.apply(variables, risen[level]));
    },
  };
}

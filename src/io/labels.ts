/** Label masks: which value of a file stands for which class, when reading and when writing. */
import { FileError, OptionError, refuse } from "../errors.ts";
import type { DecodedPng } from "./png.ts";
import { encodePng, type PngPalette } from "./png-encode.ts";

/** One class of a mask. */
export interface LabelClass {
  /** For people: the value as text unless a name was given. */
  readonly name: string;
  /** Grey sample, palette index, or colour `0xrrggbb`, by the kind of {@link LabelFormat}. */
  readonly value: number;
}

/**
 * How masks write classes. Plain data: it is kept with a trained network, so that its predictions are written as the
 * masks were that it learnt from.
 */
export interface LabelFormat {
  /** `grey`: by shade. `index`: by index of one common palette. `color`: by red, green and blue. */
  readonly kind: "grey" | "index" | "color";
  /** Bits of a sample. */
  readonly depth: 8 | 16;
  /** Class 0 first; of two, the second is the foreground. */
  readonly classes: readonly LabelClass[];
  /** Colours of kind `index`. */
  readonly palette?: PngPalette;
}

/** A class as a user writes it: `255`, `#ff8000`, or with a name, `cells=255`. */
export interface ClassSpec {
  readonly name?: string;
  /** A shade or palette index as number, or a colour as `#rrggbb`. */
  readonly value: number | string;
}

/** More values than this are no classes that somebody meant, but shades: an image, or a mask with soft edges. */
const MOST_CLASSES = 32;

const hex = (color: number) => `#${color.toString(16).padStart(6, "0")}`;

/** A value as users write it. */
export const valueText = ({ kind }: Pick<LabelFormat, "kind">, value: number): string =>
  kind === "color" ? hex(value) : String(value);

/**
 * Reads a list of classes as users write it.
 *
 * @param text - values in the order of their classes, by commas: shades or palette indices (`0,255`), colours
 *   (`#000000,#ff0000`), with names or without (`membrane=0,cell=255`)
 * @throws OptionError when a value is neither, stands twice, or is alone
 *
 * @example
 * ```ts
 * import { parseClasses } from "segtape/io";
 * parseClasses("membrane=0,cell=255"); // [{ name: "membrane", value: 0 }, { name: "cell", value: 255 }]
 * ```
 */
export function parseClasses(text: string): ClassSpec[] {
  const wrong = (given: string, expected: string): never =>
    refuse(OptionError, "parseClasses", "classes", given, expected);
  const specs = text.split(",").map((part): ClassSpec => {
    const [, name, value] = /^\s*(?:([^=]*?)\s*=)?\s*(\d+|#[0-9a-fA-F]{6})\s*$/.exec(part) ?? [];
    if (value === undefined || name === "" || Number(value) > 65535)
      wrong(JSON.stringify(part), "a value such as 255, #ff8000 or cells=255");
    const shown = value.startsWith("#") ? value.toLowerCase() : Number(value);
    return name === undefined ? { value: shown } : { name, value: shown };
  });
  for (const key of ["value", "name"] as const) {
    const all = specs.map((spec) => spec[key]).filter((one) => one !== undefined);
    const twice = all.find((one, at) => all.indexOf(one) !== at);
    if (twice !== undefined) wrong(`${text}, with ${twice} twice`, "every class once");
  }
  if (specs.length < 2) wrong(JSON.stringify(text), "at least two values, as in 0,255");
  if (specs.length > 256) wrong(`${specs.length} values`, "at most 256");
  return specs;
}

const isGreyColor = (color: readonly number[]) => color[0] === color[1] && color[0] === color[2];
const packed = (red: number, green: number, blue: number) => red * 65536 + green * 256 + blue;

/** Whether the file can hold colours and does: a palette with colours counts even where only its greys are used. */
function hasColors({ channels, data, palette }: DecodedPng): boolean {
  if (palette !== undefined) return !palette.every(isGreyColor);
  if (channels < 3) return false;
  for (let at = 0; at < data.length; at += channels)
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return true;
  return false;
}

/** One number a pixel, in the terms of `kind`. */
function valuesOf({ channels, data, palette }: DecodedPng, kind: LabelFormat["kind"]): ArrayLike<number> {
  if (kind === "index" || (kind === "grey" && channels === 1 && palette === undefined)) return data;
  const values = new Uint32Array(data.length / channels);
  for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += channels) {
    const [red, green, blue] = palette?.[data[at]] ?? [
      data[at],
      data[channels < 3 ? at : at + 1],
      data[channels < 3 ? at : at + 2],
    ];
    values[pixel] = kind === "grey" ? red : packed(red, green, blue);
  }
  return values;
}

const samePalette = (a: PngPalette | undefined, b: PngPalette | undefined) =>
  a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b);

/** Masks by name, as they were read. */
export type NamedMasks = ReadonlyMap<string, DecodedPng>;

type Shape = Omit<LabelFormat, "classes">;

/** The kind that all masks have in common; what does not fit is told to `complain`. */
function shapeOf(masks: NamedMasks, complain: (problem: string) => void): Shape {
  const all = [...masks.values()];
  if (!all.some(hasColors)) {
    const depth = all[0].depth;
    for (const [name, mask] of masks) {
      if (mask.depth !== depth)
        complain(`${name}: ${mask.depth} bits a sample, expected ${depth} like the masks before`);
    }
    return { kind: "grey", depth };
  }
  for (const [name, { depth }] of masks)
    if (depth === 16) complain(`${name}: colours of 16 bits, expected 8`);
  const palette = all[0].palette;
  if (all.every((mask) => samePalette(mask.palette, palette))) return { kind: "index", depth: 8, palette };
  return { kind: "color", depth: 8 };
}

/** What a user's value means for masks of this kind; `undefined` where it can mean nothing. */
function resolve({ value }: ClassSpec, { kind, depth, palette }: Shape): number | undefined {
  if (typeof value === "number") {
    const count = { grey: 2 ** depth, index: palette?.length ?? 0, color: 0 }[kind];
    return value < count ? value : undefined;
  }
  const color = Number.parseInt(value.slice(1), 16);
  if (kind === "color") return color;
  if (kind === "grey") return undefined;
  const index = palette?.findIndex(([red, green, blue]) => packed(red, green, blue) === color) ?? -1;
  return index < 0 ? undefined : index;
}

function classesFrom(
  specs: readonly ClassSpec[],
  shape: Shape,
  complain: (problem: string) => void,
): LabelClass[] {
  const what = {
    grey: `shades up to ${2 ** shape.depth - 1}`,
    index: `indices of the masks' palette of ${shape.palette?.length} colours, or its colours`,
    color: "colours such as #ff8000",
  };
  const classes: LabelClass[] = [];
  for (const spec of specs) {
    const name = spec.name ?? String(spec.value);
    const value = resolve(spec, shape);
    const same = classes.find((other) => other.value === value);
    if (value === undefined)
      complain(`class ${name}: no mask can have the value ${spec.value}, expected ${what[shape.kind]}`);
    else if (same !== undefined)
      complain(
        `class ${name}: the value ${spec.value} is that of class ${same.name}, expected one of its own`,
      );
    else classes.push({ name, value });
  }
  return classes;
}

function foundClasses(masks: NamedMasks, shape: Shape, complain: (problem: string) => void): LabelClass[] {
  const found = new Set<number>();
  for (const [name, mask] of masks) {
    const values = valuesOf(mask, shape.kind);
    for (let at = 0; at < values.length; at++) found.add(values[at]);
    if (found.size > MOST_CLASSES) {
      complain(
        `${name}: ${found.size} different values with the masks before, expected classes, at most ${MOST_CLASSES} of them (or say which with --classes)`,
      );
      return [];
    }
  }
  const sorted = [...found].sort((a, b) => a - b);
  if (sorted.length === 1)
    complain(`masks: nothing but the value ${valueText(shape, sorted[0])}, expected at least two`);
  return sorted.map((value) => ({ name: valueText(shape, value), value }));
}

/**
 * How these masks write classes: the classes named, or else the values found, ascending.
 *
 * @internal
 */
export function labelFormatOf(
  masks: NamedMasks,
  specs: readonly ClassSpec[] | undefined,
  complain: (problem: string) => void,
): LabelFormat {
  const shape = shapeOf(masks, complain);
  const classes =
    specs === undefined ? foundClasses(masks, shape, complain) : classesFrom(specs, shape, complain);
  return { ...shape, classes };
}

/**
 * The class of each pixel; values that are no class are told to `complain`, each once.
 *
 * @internal
 */
export function labelsOf(
  mask: DecodedPng,
  format: LabelFormat,
  complain: (problem: string) => void,
): Uint8Array {
  const values = valuesOf(mask, format.kind);
  const classOf = new Map(format.classes.map(({ value }, index) => [value, index]));
  const labels = new Uint8Array(mask.width * mask.height);
  const unknown = new Map<number, number>();
  for (let at = 0; at < labels.length; at++) {
    const label = classOf.get(values[at]);
    if (label === undefined) unknown.set(values[at], (unknown.get(values[at]) ?? 0) + 1);
    else labels[at] = label;
  }
  if (unknown.size > 0) {
    const first = [...unknown.keys()].sort((a, b) => a - b).map((value) => valueText(format, value));
    const shown = `${first.slice(0, 4).join(", ")}${first.length > 4 ? ", ..." : ""}`;
    const pixels = [...unknown.values()].reduce((a, b) => a + b);
    const known = format.classes.map(({ value }) => valueText(format, value)).join(", ");
    complain(`${pixels} ${pixels === 1 ? "pixel" : "pixels"} of value ${shown}, expected ${known}`);
  }
  return labels;
}

/**
 * Writes classes as the masks wrote them that {@link LabelFormat} describes: the same shades, palette or colours.
 *
 * @param labels - class of each pixel, row by row
 * @returns the bytes of a PNG file
 * @throws OptionError when a pixel has a class that the format does not
 *
 * @example
 * ```ts
 * import { decodePng, encodeLabels } from "segtape/io";
 * const classes = [{ name: "ground", value: 0 }, { name: "cell", value: 255 }];
 * const file = encodeLabels(Uint8Array.of(0, 1), 2, 1, { kind: "grey", depth: 8, classes });
 * decodePng(file).data; // [0, 255]
 * ```
 */
export function encodeLabels(
  labels: Uint8Array,
  width: number,
  height: number,
  { kind, depth, classes, palette }: LabelFormat,
): Uint8Array {
  const wrong = labels.find((label) => label >= classes.length);
  if (wrong !== undefined)
    refuse(OptionError, "encodeLabels", "labels", `class ${wrong}`, `classes below ${classes.length}`);
  const values = classes.map(({ value }) => value);
  if (kind === "color") {
    const data = new Uint8Array(3 * labels.length);
    labels.forEach((label, pixel) => {
      const color = values[label];
      data.set([color >> 16, (color >> 8) & 255, color & 255], 3 * pixel);
    });
    return encodePng({ width, height, channels: 3, data });
  }
  const data = depth === 16 ? new Uint16Array(labels.length) : new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++) data[at] = values[labels[at]];
  return encodePng({ width, height, channels: 1, data, ...(palette === undefined ? {} : { palette }) });
}

/**
 * A {@link LabelFormat} as it comes back from JSON.
 *
 * @throws FileError when it is none
 * @internal
 */
export function checkLabelFormat(value: unknown, name: string): LabelFormat {
  const format = value as LabelFormat | null;
  const good =
    ["grey", "index", "color"].includes(format?.kind ?? "") &&
    (format?.depth === 8 || format?.depth === 16) &&
    Array.isArray(format.classes) &&
    format.classes.length >= 2 &&
    format.classes.every((one) => typeof one?.name === "string" && Number.isInteger(one.value));
  if (!good) refuse(FileError, "labels", name, "damaged", "how masks write classes");
  return format as LabelFormat;
}

/** What a data set asks of a loss, and the numbers that say so. */

import { formatNumber } from "../numbers.ts";
import { percent } from "../tools/shared/words.ts";
import type { ClassMeasures, MaskMeasures } from "./measures.ts";
import type { SceneNumbers } from "./scenes.ts";

/** Names of needs. */
export type NeedName = "rare" | "common" | "small" | "thin" | "empty" | "boundary" | "classes";

/** Something that the masks ask for. */
export interface NeedFound {
  readonly name: NeedName;
  readonly title: string;
  /** What it was derived from, with the numbers. */
  readonly because: string;
}

/** A class below this share of the pixels is rare. */
const RARE = 0.1;
/** A foreground above this share is what a network says for want of anything better. */
const COMMON = 0.5;
/** Share of the objects that are tiny from which small objects are a need. */
const MANY_TINY = 0.25;
/** Elongation of a line of sixteen times its width, and the largest width that is called thin. */
const ELONGATED = 4;
const THIN = 16;
/** Share of images without the class that matters. */
const ABSENT = 0.05;
/** Below this share of pixels on the contour, losses that count pixels hardly see the border. */
const INNER = 0.15;
/** The largest class over the smallest, from which a mean over pixels belongs to the largest. */
const UNEVEN = 5;

const argmin = <T>(list: readonly T[], of: (one: T) => number): T =>
  list.reduce((best, one) => (of(one) < of(best) ? one : best));

/** Who is looked at for what. */
export interface Focus {
  /** Of two classes the foreground, of more the rarest after class 0: what the scenes are about. */
  readonly focus: ClassMeasures;
  readonly rarest: ClassMeasures;
  readonly thinnest: ClassMeasures;
  readonly smallest: ClassMeasures;
  readonly mostAbsent: ClassMeasures;
  /** The class with the least contour for its area. */
  readonly innermost: ClassMeasures;
}

/** Of the classes after class 0 those that are there at all; the first of them where none is. */
export function focusOf({ classes }: MaskMeasures): Focus {
  const there = classes.slice(1).filter(({ objects }) => objects !== null);
  const some = there.length === 0 ? classes.slice(1, 2) : there;
  const rarest = argmin(classes, ({ share }) => share.mean);
  // A thin background that is rare, such as membranes between cells, matters as much as thin objects.
  const lines = classes.length === 2 && rarest === classes[0] ? classes : some;
  return {
    focus: argmin(some, ({ share }) => share.mean),
    rarest,
    thinnest: argmin(lines, ({ elongation }) => -(elongation ?? 0)),
    smallest: argmin(some, ({ objects }) => objects?.medianShare ?? 1),
    mostAbsent: argmin(classes.slice(1), ({ absent }) => -absent),
    innermost: argmin(some, ({ contour }) => contour ?? 1),
  };
}

/** What the scenes take from the data. */
export function sceneNumbers(measures: MaskMeasures): SceneNumbers {
  const { focus, thinnest, smallest, innermost } = focusOf(measures);
  const small = smallest.objects?.medianPixels ?? 1;
  return {
    share: focus.share.mean,
    small,
    large: Math.max(4 * small, smallest.objects?.largestPixels ?? 4),
    object: innermost.objects?.medianPixels ?? 60,
    line: thinnest.width ?? 3,
    lineIsBackground: thinnest === measures.classes[0],
  };
}

const number = (x: number) => formatNumber(x, 2);
const range = ({ min, max }: { min: number; max: number }) => `${percent(min)} to ${percent(max)}`;

function small({ smallest }: Focus): string | null {
  const { objects, name } = smallest;
  if (objects === null || objects.tiny < MANY_TINY) return null;
  return objects.perImage.max > 1
    ? `${percent(objects.tiny)} of the ${objects.count} objects of ${name} take less than 0.1 % of their image; the median is ${number(objects.medianPixels)} pixels, the largest ${objects.largestPixels}, with ${formatNumber(objects.perImage.mean, 3)} objects an image`
    : null;
}

function thin({ thinnest }: Focus, { classes: [background] }: MaskMeasures): string | null {
  const { name, elongation, width } = thinnest;
  if (elongation === null || width === null || elongation < ELONGATED || width > THIN) return null;
  const shape = `${name} is ${number(width)} pixels wide (area over half of its contour) and about ${number(4 * elongation)} times as long`;
  return thinnest === background
    ? `${shape}; losses that follow centre lines follow those of the foreground, so they ask for the classes the other way round`
    : shape;
}

function boundary({ innermost }: Focus): string | null {
  const { name, contour } = innermost;
  if (contour === null || contour >= INNER) return null;
  return `only ${percent(contour)} of the pixels of ${name} lie on its contour: a border that is off is a small share of the area`;
}

function classes({ classes: all }: MaskMeasures): string | null {
  if (all.length < 3) return null;
  const [most, least] = [argmin(all, ({ share }) => -share.mean), argmin(all, ({ share }) => share.mean)];
  const ratio = most.share.mean / least.share.mean;
  if (ratio < UNEVEN) return null;
  return `${all.length} classes, from ${most.name} with ${percent(most.share.mean)} of the pixels to ${least.name} with ${percent(least.share.mean)}`;
}

/** What these masks ask for, the gravest first. */
export function needsOf(measures: MaskMeasures): NeedFound[] {
  const focus = focusOf(measures);
  const { name, share } = focus.focus;
  const two = measures.classes.length === 2;
  const { mostAbsent } = focus;
  const all: readonly (readonly [NeedName, string, string | null])[] = [
    [
      "common",
      "A foreground that is most of the image",
      two && share.mean > COMMON
        ? `${name} takes ${percent(share.mean)} of the pixels (${range(share)} by image), ${measures.classes[0].name} the rest: saying "${name}" everywhere is nearly right`
        : null,
    ],
    [
      "rare",
      "A rare class",
      share.mean < RARE
        ? `${name} takes ${percent(share.mean)} of the pixels (${range(share)} by image)`
        : null,
    ],
    ["small", "Small objects", small(focus)],
    ["thin", "Thin structures", thin(focus, measures)],
    [
      "empty",
      "Images without the class",
      mostAbsent.absent >= ABSENT
        ? `${mostAbsent.name} is absent from ${percent(mostAbsent.absent)} of the ${measures.images} images`
        : null,
    ],
    ["classes", "Classes of unequal size", classes(measures)],
    ["boundary", "Borders that count", boundary(focus)],
  ];
  return all.flatMap(([need, title, because]) => (because === null ? [] : [{ name: need, title, because }]));
}

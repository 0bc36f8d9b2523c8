/** What is computed of the picture as it is now: readings of the losses, their scales, the pixel looked at. */
import { computed, signal } from "@preact/signals";
import type { LossCurves } from "../../../study/types.ts";
import { address, remember } from "../../state/address.ts";
import { type LossChoice, textOfChoice } from "../../state/choices.ts";
import { engine } from "../../state/engine.ts";
import { chosenLosses } from "../../state/losses.ts";
import { picture } from "../../state/picture.ts";
import type { Point } from "../../subject/brush.ts";
import { overlapOf } from "../../subject/picture.ts";
import { limitOf } from "../../widgets/colors.ts";
import { outlineOf } from "../../widgets/map.tsx";
import type { Evaluation, LossReading } from "../../worker/engine-methods.ts";
import { newest } from "../../worker/start.ts";
import { quantilesOf } from "./quantiles.ts";

/** What the engine said, and of what. */
interface Answer {
  readonly asked: Evaluation;
  readonly readings: readonly LossReading[];
}

const answer = signal<Answer | null>(null);

/** Why the engine does not answer; empty while it does. */
export const engineTrouble = signal("");

const evaluate = newest(async (asked: Evaluation) => (await engine()).call("evaluate", asked));

/** Asks for readings; of several that wait, the newest is computed. */
export async function ask(asked: Evaluation): Promise<void> {
  try {
    const readings = await evaluate(asked);
    if (readings === null) return;
    answer.value = { asked, readings };
    engineTrouble.value = "";
    await fillCurves();
  } catch (error) {
    engineTrouble.value = (error as Error).message;
  }
}

/** The reading of a card and the width of its map. While an option is being changed, of the option as it was. */
export function readingOf(index: number, choice: LossChoice) {
  if (answer.value === null) return null;
  const { asked, readings } = answer.value;
  const text = textOfChoice(choice);
  const exact = asked.losses.findIndex((one) => textOfChoice(one) === text);
  const at = exact >= 0 ? exact : asked.losses[index]?.name === choice.name ? index : -1;
  return at < 0 ? null : { reading: readings[at], limit: limits.value[at], width: asked.width, at };
}

const limits = computed(() =>
  (answer.value?.readings ?? []).map((reading) => ("error" in reading ? 0 : limitOf(reading.gradient))),
);

/** Whether all gradient maps have the same colours for the same numbers. */
export const isScaleShared = computed(() => address.value.parameters.get("scale") === "shared");
export const shareScale = (shared: boolean): void => remember({ scale: shared ? "shared" : null });

/** The end of the colour scale that all losses share, where they do. */
export const sharedLimit = computed(() => (isScaleShared.value ? Math.max(0, ...limits.value) : null));

/** Sums of the magnitudes of the gradients: what the share of a pixel is a share of. */
export const totals = computed(() =>
  (answer.value?.readings ?? []).map((reading) => {
    if ("error" in reading) return 0;
    const { gradient } = reading;
    let total = 0;
    for (let i = 0; i < gradient.length; i++) total += Math.abs(gradient[i]);
    return total;
  }),
);

const curvesByText = signal<ReadonlyMap<string, LossCurves | Error>>(new Map());
/** Curves kept: a slider that is moved asks for many. */
const MOST_CURVES = 60;
let filling = false;

/** Asks for the curves of the losses chosen, one after the other, behind the readings that are waited for. */
async function fillCurves(): Promise<void> {
  if (filling) return;
  filling = true;
  for (;;) {
    const choice = chosenLosses.peek().find((one) => !curvesByText.peek().has(textOfChoice(one)));
    if (choice === undefined) break;
    const found = await engine()
      .then((caller) => caller.call("curves", choice))
      .catch((error: Error) => error);
    const entries = [...curvesByText.peek(), [textOfChoice(choice), found] as const];
    curvesByText.value = new Map(entries.slice(-MOST_CURVES));
  }
  filling = false;
}

export const curvesOf = (choice: LossChoice): LossCurves | Error | undefined =>
  curvesByText.value.get(textOfChoice(choice));

const mask = computed(() => picture.value.mask);
/** The border of the mask. A stroke on the prediction leaves it as it is. */
export const outline = computed(() => outlineOf(mask.value, picture.peek().width, picture.peek().height));
export const quantiles = computed(() => quantilesOf(picture.value));
export const overlap = computed(() => overlapOf(picture.value));

/** Where the pointer is, on whichever map, or where keys have moved the brush. */
export const cursor = signal<Point | null>(null);

/** Index of the pixel under the cursor, -1 without. */
export const pixel = computed(() => {
  const { width, height } = picture.value;
  if (cursor.value === null) return -1;
  const [x, y] = [Math.floor(cursor.value.x), Math.floor(cursor.value.y)];
  return x >= 0 && x < width && y >= 0 && y < height ? y * width + x : -1;
});

/** The middle of that pixel. */
export const pixelPoint = computed<Point | null>(() => {
  const { width } = picture.value;
  const at = pixel.value;
  return at < 0 ? null : { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 };
});

export const hover = (point: Point | null): void => {
  cursor.value = point;
};

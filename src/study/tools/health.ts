/** How well float32 bears a loss: its errors, the logits at which it falls silent or breaks, the largest image. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import type { Loss } from "../../losses/shared/define-loss.ts";
import type { LogitPair } from "../measure.ts";
import { onFirstWithRoom } from "../stages.ts";
import {
  breakOf,
  errorsOf,
  FADED,
  firstScale,
  type HealthData,
  pullsOf,
  type SceneParts,
  sceneOf,
} from "./health/measure.ts";
import { sizeLimits } from "./health/size-limits.ts";
import { curvesOf, findingsOf, tableOf } from "./health/view.ts";
import { askOn, inFloat32, type Precisions, precisions } from "./shared/float32.ts";
import { smallPair } from "./shared/plane.ts";
import { type Answer, finiteAnswer, type Scene } from "./shared/probe.ts";
import { askAll, checkWhole, type OwnOptions, pairOf, seedOf } from "./shared/subject.ts";
import type { StudyTool } from "./tool.ts";

/** Settings of `studyTools.health`. */
export interface HealthSettings {
  /** Sizes of the logits, rising: each pixel is as sure as that. @defaultValue 10 from 1 to 1000 */
  readonly scales?: readonly number[];
  /** Pixels a side of the scenes of sure pixels, even. @defaultValue 48; 176 for losses that need large images */
  readonly side?: number;
}

const NAME = "health";
const SCALES = [1, 2, 5, 10, 20, 40, 80, 160, 320, 1000];
/**
 * Float64 is slow: as small as the loss allows. `pair`: pixels a side of the pair at most, made smaller. `tile`: of the
 * scene that is laid out twice to see how things grow; larger, so that rims which windows leave out count little.
 */
const SIZES = [
  { side: 48, pair: 96, tile: 88 },
  { side: 176, pair: 176, tile: 88 },
];

interface Stage {
  readonly side: number;
  readonly given: LogitPair;
  readonly scene: SceneParts;
  readonly scenes: readonly Scene[];
  /** What is laid out to see how things grow, so many pixels a side. */
  readonly tile: Scene;
  readonly tileSide: number;
}

function stageOf(
  side: number,
  tileSide: number,
  given: LogitPair,
  scales: readonly number[],
  seed: number,
): Stage {
  const scene = sceneOf(side, seed);
  const half = sceneOf(tileSide, seed);
  return {
    side,
    tileSide,
    given,
    scene,
    scenes: scales.map((scale) => ({
      target: scene.target,
      logits: inFloat32(scene.sure.map((x) => scale * x)),
    })),
    tile: { target: half.target, logits: inFloat32(half.sure.map((x) => 4 * x)) },
  };
}

async function rowOf(
  loss: Loss,
  options: OwnOptions,
  { side, given, scene, scenes, tile, tileSide }: Stage,
  scales: readonly number[],
  { float32, float64 }: Precisions,
) {
  const { pair, logits } = given;
  const shown: Scene = { logits: inFloat32(logits), target: inFloat32(pair.target) };
  const [frame, tileFrame] = [side, tileSide].map((n) => ({ width: n, height: n }));
  const exact = finiteAnswer(loss, await askOn(float64, loss, options, shown, pair));
  const rough = await askOn(float32, loss, options, shown, pair);
  const [in32, in64]: Answer[][] = [[], []];
  for (const one of scenes) {
    in32.push(await askOn(float32, loss, options, one, frame));
    in64.push(await askOn(float64, loss, options, one, frame));
  }
  const pulls = pullsOf(in32, scene);
  return {
    side,
    width: pair.width,
    value: exact.value,
    ...errorsOf(rough, exact),
    float32: pulls,
    float64: pullsOf(in64, scene),
    fadesAt: firstScale(pulls, scales, (pull, strongest) => pull < FADED * strongest),
    silentAt: firstScale(pulls, scales, (pull) => pull === 0),
    breaksAt: breakOf(in32, scales),
    breaksAt64: breakOf(in64, scales),
    largest: await sizeLimits(float64, loss, options, tile, tileFrame).catch((error) => {
      // Too small for its scales: what it measured above stands.
      if (error instanceof ShapeError || error instanceof OptionError) return null;
      throw error;
    }),
  };
}

/**
 * How float32 compares with float64: errors of value and gradient on the pair, how sure logits may become before wrong
 * pixels get no gradient, and how large an image. Runs on executors of its own; the one chosen stays chosen.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * import { studyTools } from "segtape/study";
 * const asked = [losses.binaryCrossEntropyLoss, losses.diceLoss];
 * const data = await studyTools.health.run({ losses: asked }, { side: 24, scales: [1, 20, 160] });
 * data.losses.map(({ fadesAt }) => fadesAt); // [null, 20]: sigmoid's slope is a factor of Dice's gradient
 * ```
 */
export const health: StudyTool<HealthData, HealthSettings> = {
  name: NAME,
  title: "Numerical health",
  question: "How well does float32 bear the loss, and at which logits or sizes does it end?",
  reading:
    "Dark is harmless: errors near 10⁻⁷ are all that float32 can do; a loss that is bright under 'silent' or 'breaks' needs logits that are kept small.",
  async run(subject, settings = {}) {
    const { scales = SCALES, side = SIZES[0].side } = settings;
    checkWhole(NAME, "side", side, 8, 1024);
    if (side % 2 !== 0) refuse(OptionError, NAME, "side", String(side), "an even number");
    if (scales.length < 2 || !scales.every((x, i) => x > (scales[i - 1] ?? 0) && x <= 1e6))
      refuse(
        OptionError,
        NAME,
        "scales",
        `[${scales.join(", ")}]`,
        "2 or more rising numbers over 0, up to 1e6",
      );
    const seed = seedOf(NAME, subject);
    const given = pairOf(subject);
    const sizes = settings.side === undefined ? SIZES : [{ side, pair: SIZES[1].pair, tile: side >> 1 }];
    const made = new Map<number, Stage>();
    const stageWith = (size: (typeof SIZES)[number]): Stage => {
      const stage =
        made.get(size.side) ?? stageOf(size.side, size.tile, smallPair(given, size.pair), scales, seed);
      made.set(size.side, stage);
      return stage;
    };
    const both = await precisions();
    const data = await askAll(NAME, subject, (loss, options) =>
      onFirstWithRoom(sizes, (size) => rowOf(loss, options, stageWith(size), scales, both)),
    );
    return { ...data, scales, executors: [both.float32.executor.id, both.float64.executor.id] };
  },
  pictures(data, { id = NAME, standalone = false } = {}) {
    if (data.losses.length === 0) return [];
    return [
      {
        name: "",
        caption:
          "Errors of float32, the logits at which wrong pixels lose their pull, and the largest image.",
        svg: tableOf(data, id, standalone),
      },
      {
        name: "curves",
        caption: "The pull on wrong pixels as predictions grow surer, in both precisions.",
        svg: curvesOf(data, id, standalone),
      },
    ];
  },
  findings: findingsOf,
};

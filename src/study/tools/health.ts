/** How well float32 bears a loss: its errors, the logits at which it falls silent or breaks, the largest image. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { breakOf, errorsOf, FADED, firstScale, type HealthData, pullsOf, sceneOf } from "./health/measure.ts";
import { sizeLimits } from "./health/size-limits.ts";
import { curvesOf, findingsOf, tableOf } from "./health/view.ts";
import { askOn, inFloat32, isFiniteAnswer, precisions } from "./shared/float32.ts";
import type { Answer, Scene } from "./shared/probe.ts";
import { SIDE } from "./shared/scenes.ts";
import { askAll, checkWhole, pairOf, seedOf } from "./shared/subject.ts";
import type { StudyTool } from "./tool.ts";

/** Settings of {@link health}. */
export interface HealthSettings {
  /** Sizes of the logits, rising: each pixel is as sure as that. @defaultValue 10 from 1 to 1000 */
  readonly scales?: readonly number[];
  /** Pixels a side of the scenes of sure pixels, even. @defaultValue 176 */
  readonly side?: number;
}

const NAME = "health";
const SCALES = [1, 2, 5, 10, 20, 40, 80, 160, 320, 1000];
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
  async run(subject, { scales = SCALES, side = SIDE } = {}) {
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
    const { pair, logits } = pairOf(subject);
    const given: Scene = { logits: inFloat32(logits), target: inFloat32(pair.target) };
    const stage = sceneOf(side, seed);
    const scenes = scales.map((scale) => ({
      target: stage.target,
      logits: inFloat32(stage.sure.map((x) => scale * x)),
    }));
    const half = sceneOf(side >> 1, seed);
    const tile: Scene = { target: half.target, logits: inFloat32(half.sure.map((x) => 4 * x)) };
    const [frame, halfFrame] = [side, side >> 1].map((n) => ({ width: n, height: n }));
    const { float32, float64 } = await precisions();
    const data = await askAll(NAME, subject, async (loss, options) => {
      const exact = await askOn(float64, loss, options, given, pair);
      if (!isFiniteAnswer(exact)) throw new Error(`${loss.name}: value or gradient is not finite`);
      const rough = await askOn(float32, loss, options, given, pair);
      const [in32, in64]: Answer[][] = [[], []];
      for (const scene of scenes) {
        in32.push(await askOn(float32, loss, options, scene, frame));
        in64.push(await askOn(float64, loss, options, scene, frame));
      }
      const pulls = pullsOf(in32, stage);
      return {
        value: exact.value,
        ...errorsOf(rough, exact),
        float32: pulls,
        float64: pullsOf(in64, stage),
        fadesAt: firstScale(pulls, scales, (pull, strongest) => pull < FADED * strongest),
        silentAt: firstScale(pulls, scales, (pull) => pull === 0),
        breaksAt: breakOf(in32, scales),
        breaksAt64: breakOf(in64, scales),
        largest: await sizeLimits(float64, loss, options, tile, halfFrame).catch((error) => {
          // Too small for its scales: what it measured above stands.
          if (error instanceof ShapeError || error instanceof OptionError) return null;
          throw error;
        }),
      };
    });
    return { ...data, side, scales, executors: [float32.executor.id, float64.executor.id] };
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

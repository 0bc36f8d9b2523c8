/** Everything that is measured of a loss for its page and for the table of all. */
import { setBackend } from "../../../src/index.ts";
import type { Loss } from "../../../src/losses/shared/define-loss.ts";
import { lossCurves } from "../../../src/study/loss-curves.ts";
import { gradientFigures } from "../../../src/study/measure.ts";
import type { LossCurves } from "../../../src/study/types.ts";
import type { StudyNumbers } from "./from-studies.ts";
import { gapShare, honestAnswer, softStretch } from "./questions.ts";
import type { Sample } from "./sample.ts";
import { pullOf } from "./stage.ts";

/** Numbers by what they tell; one that could not be had is not there. */
export interface Measured extends StudyNumbers {
  readonly value?: number;
  /** d loss / d logit of each pixel of the sample, in float64. */
  readonly gradient?: Float64Array;
  readonly gradientNorm?: number;
  readonly gradientMax?: number;
  /** Share of pixels whose gradient is at most a thousandth of the largest. */
  readonly vanishingShare?: number;
  /** Largest error of value and gradient in float32, relative to the value and to the largest entry. */
  readonly float32Error?: number;
  readonly curves?: LossCurves;
  /** Pull on a missed pixel at p = 0.01, over the strongest of all p. */
  readonly mistakePull?: number;
  readonly honest?: number;
  readonly soft?: number;
  readonly gap?: number;
  /** Why something is missing: the loss's own words. */
  readonly refusals: readonly string[];
}

type Draft = { -readonly [K in keyof Measured]: Measured[K] } & { refusals: string[] };

/** Keeps what an experiment gives; where the loss refuses it, its message. */
async function attempt<T>(draft: Draft, ask: () => Promise<T>, keep: (answer: T) => void): Promise<void> {
  try {
    keep(await ask());
  } catch (error) {
    const { message } = error as Error;
    if (!draft.refusals.includes(message)) draft.refusals.push(message);
  }
}

function float32Error(draft: Draft, { value, gradient }: { value: number; gradient: Float64Array }): number {
  const { value: exact = 0, gradient: slope = gradient, gradientMax = 0 } = draft;
  const worst = gradient.reduce((most, g, i) => Math.max(most, Math.abs(g - slope[i])), 0);
  return Math.max(Math.abs(value - exact) / Math.abs(exact), worst / gradientMax);
}

function mistakePull({ gradient }: LossCurves): number {
  const pulls = gradient.foreground.map(Math.abs);
  return pulls[0] / Math.max(...pulls);
}

async function experiments(loss: Loss, draft: Draft): Promise<void> {
  const only =
    <K extends keyof Draft>(name: K) =>
    (answer: Draft[K]) => {
      draft[name] = answer;
    };
  await attempt(
    draft,
    () => lossCurves(loss),
    (curves) => {
      draft.curves = curves;
      draft.mistakePull = mistakePull(curves);
    },
  );
  await attempt(draft, () => honestAnswer(loss), only("honest"));
  await attempt(draft, () => softStretch(loss), only("soft"));
  await attempt(draft, () => gapShare(loss), only("gap"));
}

/** How measuring goes. */
export type Progress = (what: string, done: number, total: number) => void;

/** Measures losses: the sample in float64 and in float32, then the experiments in float32, which is a hundred times faster. */
export async function measureLosses(
  losses: readonly Loss[],
  sample: Sample,
  progress: Progress = () => {},
): Promise<Map<string, Measured>> {
  const drafts = new Map<string, Draft>(losses.map(({ name }) => [name, { refusals: [] }]));
  const onSample = ({ logits, target, side }: Sample, loss: Loss) => pullOf(loss, logits, target, side);
  const each = async (what: string, ask: (loss: Loss, draft: Draft) => Promise<void>) => {
    for (const [i, loss] of losses.entries()) {
      progress(what, i, losses.length);
      await ask(loss, drafts.get(loss.name) as Draft);
    }
  };
  await setBackend("reference");
  await each("the sample, float64", (loss, draft) =>
    attempt(
      draft,
      () => onSample(sample, loss),
      (answer) => Object.assign(draft, answer, gradientFigures(answer.gradient)),
    ),
  );
  await setBackend("wasm", { threads: 1 });
  await each("experiments, float32", async (loss, draft) => {
    if (draft.value !== undefined) {
      await attempt(
        draft,
        () => onSample(sample, loss),
        (answer) => {
          draft.float32Error = float32Error(draft, answer);
        },
      );
    }
    await experiments(loss, draft);
  });
  return drafts;
}

/** Settings that make each tool quick, by its name; a new tool needs an entry. */
import { lesionPhantom, type StudyPair } from "../../../src/study/index.ts";

const { width, height, prediction, target } = lesionPhantom({ size: 32 });
const pair: StudyPair = { width, height, prediction, target: Float64Array.from(target) };

interface Small {
  readonly settings: object;
  readonly pair?: StudyPair;
  /** Has a larger stage for losses that need one, whatever the settings. */
  readonly roomy?: boolean;
}

export const SMALL: Readonly<Record<string, Small>> = {
  agreement: { settings: {}, pair },
  curves: { settings: {}, roomy: true },
  gradients: { settings: { side: 16 }, pair },
  curvature: { settings: { side: 6, steps: 6 }, pair },
  health: { settings: { side: 16, scales: [1, 10, 100] }, pair },
  imbalance: { settings: { side: 20, shares: [0.5, 0.1, 0.01] } },
  landscape: { settings: { side: 12, points: 5 }, pair },
  "missed-objects": { settings: { side: 24, pixels: [2, 6, 40] } },
  noise: { settings: { side: 20, rates: [0.01, 0.05, 0.2], jitter: [1, 2] } },
  shift: { settings: { side: 40, moved: [2, 14], grown: [1, 2], shrunk: [1, 2], spot: [1, 6] } },
};

export { pair as smallPair };

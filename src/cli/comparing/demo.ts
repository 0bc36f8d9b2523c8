/** Data for those who have none: small phantoms, noisy enough that losses differ. */
import { seededRandom } from "../../random.ts";
import { lesionPhantom } from "../../study/phantom.ts";
import type { Sample } from "../../train/types.ts";
import type { TrainingData } from "../training/data.ts";
import { trainingData } from "../training/data.ts";
import type { Arguments } from "../training/plan.ts";

/** What the demonstration takes where nothing else is asked for: learning that shows, in well under two minutes. */
export const DEMO: Arguments = {
  losses: "binaryCrossEntropy,dice,focalTversky",
  seeds: "2",
  steps: "160",
  batch: "8",
  "base-channels": "8",
  "learning-rate": "0.005",
  schedule: "cosine",
  augment: "flips,turns",
  metrics: "dice,precision,sensitivity,hausdorff95",
};

const SIDE = 64;
const COUNT = 40;
const NOISE = 0.08;

/** Phantoms with their lesions, some of them held out. */
export function demoData(): TrainingData {
  const samples = Array.from({ length: COUNT }, (_, at): Sample => {
    const { width, height, image, target } = lesionPhantom({ size: SIDE, seed: 100 + at });
    const random = seededRandom(at);
    const noisy = Float32Array.from(image, (value) =>
      Math.min(1, Math.max(0, value + random.normal(0, NOISE))),
    );
    return { name: `phantom-${at + 1}`, image: noisy, channels: 1, size: [height, width], target };
  });
  const classes = [
    { name: "background", value: 0 },
    { name: "lesion", value: 255 },
  ];
  return trainingData({ samples, channels: 1, labels: { kind: "grey", depth: 8, classes } }, { share: 0.2 });
}

/** Pictures to learn from, drawn: the studio's samples with an image that does not give the mask away. */
import { seededRandom } from "../../../random.ts";
import { smoothNoise } from "../../../study/phantom-shapes.ts";
import type { Sample } from "../../../train/types.ts";
import { blur } from "../edits.ts";
import type { Picture } from "../picture.ts";
import { SAMPLES } from "../samples.ts";
import type { DataName } from "./settings.ts";

export type DrawnName = Exclude<DataName, "files">;

/** Seed of the first picture. */
const FIRST = 100;
const NOISE = 0.08;
/** How much lighter the foreground is, and how much the light itself changes over the picture. */
const CONTRAST = 0.3;
const SHADING = 0.12;

const clamped = (value: number) => Math.min(1, Math.max(0, value));

/** Grey values of a mask seen through a dull lens, under uneven light. */
function lit({ mask, width, height }: Picture, seed: number): Float32Array {
  const random = seededRandom(seed);
  const light = smoothNoise(random, 3);
  const soft = blur({ width, height, levels: mask }, width / 100);
  return Float32Array.from(soft, (level, i) => {
    const [x, y] = [(2 * (i % width) + 1) / width - 1, (2 * Math.floor(i / width) + 1) / height - 1];
    return 0.35 + CONTRAST * (level / 255) + SHADING * light(x, y);
  });
}

/** The picture of a number; the same for every training. */
export function drawPhantom(name: DrawnName, size: number, at: number): Sample {
  const picture = SAMPLES[name].draw(size, FIRST + at);
  const random = seededRandom(at);
  const { image } = picture;
  const clear = image === undefined ? lit(picture, FIRST + at) : Float32Array.from(image, (x) => x / 255);
  return {
    name: `${SAMPLES[name].title.toLowerCase()} ${at + 1}`,
    image: clear.map((value) => clamped(value + random.normal(0, NOISE))),
    channels: 1,
    size: [picture.height, picture.width],
    target: picture.mask.map((level) => Number(level > 127)),
  };
}

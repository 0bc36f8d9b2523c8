/** Examples as pictures: the image, the true classes, and predictions with their errors in colour. */
import { encodePng, type PngPalette } from "../../io/png-encode.ts";
import { colorAt, type Rgb, sequentialMap } from "../colormap.ts";
import type { ComparedExample } from "./types.ts";

/** Two classes: what is right is black and white, what is too much red, what is missed blue. */
export const ERROR_COLORS = {
  background: [16, 18, 22],
  foreground: [240, 240, 238],
  tooMuch: [214, 74, 60],
  missed: [58, 128, 200],
} satisfies Record<string, Rgb>;

/** Of several classes, a pixel that is wrong. */
export const WRONG: Rgb = [226, 40, 60];

/** A colour for each class; red is kept for errors. */
export function classColors(classes: number): Rgb[] {
  if (classes === 2) return [ERROR_COLORS.background, ERROR_COLORS.foreground];
  return Array.from({ length: classes }, (_, label) => colorAt(sequentialMap, label / (classes - 1)));
}

function paletteImage(
  { width, height }: ComparedExample,
  palette: PngPalette,
  indexOf: (pixel: number) => number,
) {
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => indexOf(pixel));
  return encodePng({ width, height, channels: 1, data, palette });
}

/** The image itself, as PNG. */
export function imagePicture({ width, height, image, channels }: ComparedExample): Uint8Array {
  const shown = channels >= 3 ? 3 : 1;
  const data = new Uint8Array(width * height * shown);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < shown; channel++) {
      const value = image[channel * width * height + pixel];
      data[pixel * shown + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return encodePng({ width, height, channels: shown, data });
}

/** The true classes, as PNG. */
export function truthPicture(example: ComparedExample, classes: number): Uint8Array {
  return paletteImage(example, classColors(classes), (pixel) => example.truth[pixel]);
}

/** A prediction with its errors in colour, as PNG. */
export function errorPicture(example: ComparedExample, prediction: Uint8Array, classes: number): Uint8Array {
  const { truth } = example;
  if (classes === 2) {
    const { background, foreground, tooMuch, missed } = ERROR_COLORS;
    const palette = [background, foreground, tooMuch, missed];
    return paletteImage(example, palette, (pixel) =>
      prediction[pixel] === truth[pixel] ? truth[pixel] : prediction[pixel] === 1 ? 2 : 3,
    );
  }
  return paletteImage(example, [...classColors(classes), WRONG], (pixel) =>
    prediction[pixel] === truth[pixel] ? truth[pixel] : classes,
  );
}

/** The options that training takes, for `train` and `compare` alike. */
import { BACKEND, type OptionHelp } from "../command.ts";

const text = (value: string, doc: string): OptionHelp => ({ type: "string", value, doc });

/** Where images and masks come from. */
export const DATA_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  images: text("DIR", "PNG images, grey or in colours, 8 or 16 bit"),
  masks: text("DIR", "PNG masks of the same names: grey, palette or colours"),
  classes: text(
    "LIST",
    "mask values in the order of classes, as 0,255 or membrane=0,cell=255 or #000000,#ff0000; of two, the second is foreground (default: those found, ascending)",
  ),
  validation: text("WHAT", "held out: a share, a number of images, or names by commas (default: 0.2)"),
};

/** How it is trained; what changes the result is kept with the run, and must be the same when it is resumed. */
export const TRAINING_OPTIONS: Readonly<Record<string, OptionHelp>> = {
  epochs: text("N", "end after N epochs: each draws as many pixels as the images have (default: 50)"),
  steps: text("N", "end after N steps"),
  minutes: text("M", "end after M minutes; the first limit that is reached counts"),
  crop: text("N", "side of the random crops (default: at most 128, as the images allow)"),
  batch: text("N", "crops of a step (default: 4)"),
  augment: text("LIST", "of flips, turns, brightness=X, contrast=X, elastic=PIXELS (default: none)"),
  optimizer: text("NAME", "adam, adamW, sgd or rmsProp (default: adam)"),
  "learning-rate": text("X", "at its highest (default: 0.001, of sgd 0.01)"),
  schedule: text("NAME", "constant, cosine, polynomial or plateau (default: constant)"),
  warmup: text("N", "steps in which the learning rate rises to its start"),
  "clip-norm": text("X", "scale gradients so that their global norm is at most X"),
  depth: text("N", "levels of the U-Net (default: 3)"),
  "base-channels": text("N", "channels of its first level (default: 16)"),
  normalization: text("NAME", "none, batch, group or instance (default: batch)"),
  dropout: text("X", "share of channels dropped at each level (default: 0)"),
  upsampling: text("NAME", "nearest, bilinear or transposed (default: nearest)"),
  "deep-supervision": { type: "boolean", doc: "the loss sees every level of the network" },
  metrics: text(
    "LIST",
    "measured on the validation images; the first tells the best epoch (default: dice,iou)",
  ),
  "checkpoint-every": text("N", "steps from one checkpoint to the next (default: an epoch)"),
  backend: BACKEND,
  threads: text("N", "threads of the wasm executor (default: as many as the machine has)"),
};

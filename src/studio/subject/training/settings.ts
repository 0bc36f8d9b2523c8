/** What a training in the page is told, beside its loss; and how the address holds it. */

/** Where pictures come from: drawn, or files of the visitor's. */
export type DataName = "lesions" | "cells" | "vessels" | "specks" | "files";

export interface TrainSettings {
  readonly data: DataName;
  /** Pictures drawn. */
  readonly count: number;
  /** Pixels a side of what is drawn; of files, the longest side of the pieces that a step takes. */
  readonly size: number;
  /** Of files with several classes: the one that is learnt, against the rest. */
  readonly foreground: number;
  /** Levels of the U-Net. */
  readonly depth: number;
  /** Channels of its first level. */
  readonly channels: number;
  readonly optimizer: "adam" | "adamW" | "sgd" | "rmsProp";
  readonly rate: number;
  readonly schedule: "constant" | "cosine";
  readonly batch: number;
  readonly steps: number;
  /** Whether pictures are mirrored and turned at random. */
  readonly turns: boolean;
  /** Steps from one measurement on the validation pictures to the next. */
  readonly every: number;
  readonly seed: number;
}

/** Learning that shows within seconds. */
export const DEFAULTS: TrainSettings = {
  data: "lesions",
  count: 40,
  size: 64,
  foreground: 1,
  depth: 3,
  channels: 8,
  optimizer: "adam",
  rate: 0.005,
  schedule: "constant",
  batch: 8,
  steps: 300,
  turns: true,
  every: 10,
  seed: 1,
};

/** What a setting may be; the controls are made of the same. */
export const LIMITS = {
  count: { min: 5, max: 400, step: 1 },
  foreground: { min: 0, max: 31, step: 1 },
  depth: { min: 1, max: 5, step: 1 },
  channels: { min: 2, max: 32, step: 1 },
  rate: { min: 1e-5, max: 1, step: 0 },
  batch: { min: 1, max: 32, step: 1 },
  steps: { min: 1, max: 20_000, step: 1 },
  every: { min: 1, max: 500, step: 1 },
  seed: { min: 0, max: 0xffffffff, step: 1 },
} as const;

export const CHOICES = {
  data: ["lesions", "cells", "vessels", "specks", "files"],
  size: [64, 96, 128, 192],
  optimizer: ["adam", "adamW", "sgd", "rmsProp"],
  schedule: ["constant", "cosine"],
  turns: [true, false],
} as const;

type Name = keyof TrainSettings;

const NAMES = Object.keys(DEFAULTS) as readonly Name[];

/** The value that a word of the address stands for; `undefined` where it is none of that setting. */
function settingOf(name: Name, word: string): TrainSettings[Name] | undefined {
  if (name in CHOICES) {
    const choices: readonly TrainSettings[Name][] = CHOICES[name as keyof typeof CHOICES];
    return choices.find((choice) => String(choice) === word);
  }
  const { min, max, step } = LIMITS[name as keyof typeof LIMITS];
  const value = word === "" ? Number.NaN : Number(word);
  return value >= min && value <= max && (step === 0 || Number.isInteger(value)) ? value : undefined;
}

/** `depth:4,rate:0.001`: what differs from the defaults. Empty where nothing does. */
export const textOfSettings = (settings: TrainSettings): string =>
  NAMES.filter((name) => settings[name] !== DEFAULTS[name])
    .map((name) => `${name}:${settings[name]}`)
    .join(",");

/** The settings of {@link textOfSettings}; what is unknown or out of range is left as by default. */
export function settingsOfText(text: string): TrainSettings {
  const entries = text.split(",").flatMap((part) => {
    const [name, word = ""] = part.split(":", 2);
    const known = NAMES.find((one) => one === name);
    const value = known === undefined ? undefined : settingOf(known, word);
    return value === undefined ? [] : [[known, value] as const];
  });
  return { ...DEFAULTS, ...Object.fromEntries(entries) };
}

/** What pictures follow from: the same text, the same pictures. */
export const dataText = ({ data, count, size, foreground, seed }: TrainSettings): string =>
  data === "files" ? `files ${foreground} ${seed}` : `${data} ${count} ${size} ${seed}`;

/** What must be the same for a training to go on as if it had never stopped; how long it lasts need not. */
export const signatureOf = ({ steps: _, every: __, ...settings }: TrainSettings, loss: string): string =>
  `${textOfSettings({ ...settings, steps: DEFAULTS.steps, every: DEFAULTS.every })} ${loss}`;

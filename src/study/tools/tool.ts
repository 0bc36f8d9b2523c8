/**
 * What a study tool is: one question put to every loss, answered in numbers, pictures and sentences. The numbers come
 * first: pictures and sentences are made of them alone, here or later, from a file.
 */
import type { Family, Loss } from "../../losses/shared/define-loss.ts";
import type { StudyPair } from "../measure.ts";

/** Who is asked, and about what. */
export interface ToolSubject {
  readonly losses: readonly Loss[];
  /** Options by the name of the loss. @defaultValue each loss's defaults */
  readonly options?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Prediction and target, for the tools that look at a given pair. @defaultValue the lesion sample of 256 x 256 */
  readonly pair?: StudyPair;
  /** The logits behind the pair's prediction, where they are known. @defaultValue those of its probabilities */
  readonly logits?: Float64Array;
  /** Of everything drawn by chance; the same seed gives the same numbers. @defaultValue 7 */
  readonly seed?: number;
  /** Told before each loss. */
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

/** A loss by name, as data. */
export interface LossName {
  /** Name in the catalogue, such as `diceLoss`. */
  readonly name: string;
  /** Name in prose, such as `Dice`. */
  readonly title: string;
  readonly family: Family;
}

/** A loss that gave no numbers. */
export interface UnmeasuredLoss extends LossName {
  /** `refused`: a typed error said that the loss does not apply here; `failed`: something broke. */
  readonly status: "refused" | "failed";
  readonly message: string;
}

/** What every tool's data hold. Plain: they survive JSON, and `null` stands where there is no number. */
export interface ToolData<Row extends LossName = LossName> {
  /** Name of the tool. */
  readonly tool: string;
  readonly seed: number;
  /** In the order of the subject's. */
  readonly losses: readonly Row[];
  readonly unmeasured: readonly UnmeasuredLoss[];
}

/** One thing that the numbers say. */
export interface ToolFinding {
  /** Names of the losses that it is about. */
  readonly losses: readonly string[];
  /** Plain text, one or more whole sentences. */
  readonly text: string;
}

/** A drawing. */
export interface ToolPicture {
  /** What tells it from the tool's other pictures; empty for the first. */
  readonly name: string;
  /** One sentence: what it shows. */
  readonly caption: string;
  /** One `<svg>` element. */
  readonly svg: string;
}

/** Where pictures will stand. */
export interface PictureOptions {
  /** Prefix of the ids inside, unique on its page. @defaultValue the tool's name */
  readonly id?: string;
  /** True for files of their own: with their style inside. @defaultValue false */
  readonly standalone?: boolean;
}

/** One question that can be put to any list of losses. */
export interface StudyTool<Data extends ToolData = ToolData, Settings extends object = object> {
  /** As the command line takes it. */
  readonly name: string;
  readonly title: string;
  /** What it answers, as a question. */
  readonly question: string;
  /** How to read its pictures. */
  readonly reading: string;
  /**
   * Measures. A loss that refuses the scene, or fails, stands in `unmeasured` with its message.
   *
   * @throws `OptionError` for an empty list of losses, options of others, or settings out of range
   */
  run(subject: ToolSubject, settings?: Settings): Promise<Data>;
  /** Draws the data. */
  pictures(data: Data, options?: PictureOptions): readonly ToolPicture[];
  /** Says what the data show. */
  findings(data: Data): readonly ToolFinding[];
}

/** A tool's whole answer. */
export interface ToolResult<Data extends ToolData = ToolData> {
  readonly tool: Pick<StudyTool, "name" | "title" | "question" | "reading">;
  readonly data: Data;
  readonly pictures: readonly ToolPicture[];
  readonly findings: readonly ToolFinding[];
}

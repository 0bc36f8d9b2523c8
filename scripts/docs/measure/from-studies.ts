/** Numbers for the table of all losses that the study tools have measured already. */
import type {
  ImbalanceData,
  MissedObjectsData,
  NoiseData,
  ShiftData,
  ToolData,
  ToolResult,
} from "../../../src/study/tools/index.ts";

/** What is taken from the tools, by what it tells; see the columns. */
export interface StudyNumbers {
  readonly share1?: number;
  readonly share01?: number;
  readonly smallest?: number;
  readonly onePixel?: number;
  readonly farSpot?: number;
  readonly keptWay?: number;
}

/** Place of a number, or of what whole pixels made of it; -1 where it was not asked about. */
const placeOf = (list: readonly number[], wanted: number): number =>
  list.findIndex((x) => Math.abs(x / wanted - 1) < 0.1);

const numberOf = (x: number | null | undefined) => (x === null || !Number.isFinite(x) ? undefined : x);

/** How each tool's data give numbers of a loss. */
const READERS: Readonly<Record<string, (data: ToolData, name: string) => StudyNumbers>> = {
  imbalance(data, name) {
    const { shares, losses } = data as ImbalanceData;
    const pulls = losses.find((loss) => loss.name === name)?.undecided.pullShare ?? [];
    return {
      share1: numberOf(pulls[placeOf(shares, 0.01)]),
      share01: numberOf(pulls[placeOf(shares, 0.001)]),
    };
  },
  "missed-objects"(data, name) {
    const charge = (data as MissedObjectsData).losses.find((loss) => loss.name === name)?.charge ?? [];
    return { smallest: numberOf(charge[0] / charge[charge.length - 1]) };
  },
  shift(data, name) {
    const { losses } = data as ShiftData;
    const loss = losses.find((one) => one.name === name);
    if (loss === undefined) return {};
    const [moved, spot] = [loss.moved.charge, loss.spot.charge];
    return {
      onePixel: numberOf(moved[0] / moved[moved.length - 1]),
      // A loss that does not mind a spot beside the lesion gives no ratio.
      farSpot: spot[0] > 0 ? numberOf(spot[spot.length - 1] / spot[0]) : undefined,
    };
  },
  noise(data, name) {
    const { rates, losses } = data as NoiseData;
    return {
      keptWay: numberOf(losses.find((loss) => loss.name === name)?.flipped.cosine[placeOf(rates, 0.01)]),
    };
  },
};

/** All of them for one loss. */
export function studyNumbers(studies: readonly ToolResult[], name: string): StudyNumbers {
  return Object.assign({}, ...studies.map(({ tool, data }) => READERS[tool.name]?.(data, name) ?? {}));
}

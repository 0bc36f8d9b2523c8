/** All losses side by side: Dice by step, and who passed what when. */
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { DICE_MARKS } from "../../descent/summary.ts";
import type { LossChoice } from "../../state/choices.ts";
import { Chart, type Mark } from "../../widgets/chart.tsx";
import { SERIES } from "../../widgets/colors.ts";
import type { Told } from "./session.ts";

interface RaceProps {
  readonly losses: readonly LossChoice[];
  readonly told: readonly Told[];
  readonly step: number;
  /** The step looked back at; `null` for the newest. */
  readonly lookingAt: number | null;
}

export function DiceChart({ losses, told, step, lookingAt }: RaceProps) {
  const lines = told.map(({ curve: { items } }, i) => ({
    label: catalogue[losses[i]?.name]?.title ?? "",
    color: SERIES[i],
    x: items.map((reading) => reading.step),
    y: items.map(({ dice }) => dice),
    // Curves often lie upon one another: every second one lets the other show through.
    dashed: i % 2 === 1,
  }));
  const marks = told.flatMap(({ curve: { items } }, i): Mark[] => {
    const at = lookingAt === null ? undefined : items.find((reading) => reading.step >= lookingAt);
    return at === undefined ? [] : [{ x: at.step, y: at.dice, color: SERIES[i] }];
  });
  return (
    <Chart
      label="Dice by step, of every loss"
      xLabel="step"
      yLabel="Dice"
      xRange={[0, Math.max(10, step)]}
      yRange={[0, 1]}
      lines={lines}
      marks={marks}
    />
  );
}

const STANDS = { moving: "moving", done: "done", stalled: "stalled" } as const;

const stepText = (step: number | null): string => (step === null ? "–" : step === 0 ? "start" : String(step));

export function RaceTable({ losses, told }: Pick<RaceProps, "losses" | "told">) {
  return (
    <div class="table-scroll">
      <table class="race">
        <caption class="hidden">Steps at which each loss passed a mark</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Loss
            </th>
            <th scope="colgroup" colSpan={3}>
              Dice reached at step
            </th>
            <th scope="colgroup" colSpan={2} title="Of the pixels that were open at the start">
              Half settled at step
            </th>
            <th scope="col" rowSpan={2}>
              Now
            </th>
          </tr>
          <tr>
            {DICE_MARKS.map((mark) => (
              <th key={mark} scope="col">
                {mark}
              </th>
            ))}
            <th scope="col">foreground</th>
            <th scope="col">background</th>
          </tr>
        </thead>
        <tbody>
          {losses.map(({ name }, i) => {
            const { summary, verdict, error } = told[i] ?? {};
            return (
              <tr key={`${i} ${name}`}>
                <th scope="row">
                  <span class="named">
                    <i class="swatch" style={{ background: SERIES[i] }} />
                    {catalogue[name].title}
                  </span>
                </th>
                {DICE_MARKS.map((mark, k) => (
                  <td key={mark}>{stepText(summary?.diceSteps[k] ?? null)}</td>
                ))}
                <td>{stepText(summary?.foregroundHalf ?? null)}</td>
                <td>{stepText(summary?.backgroundHalf ?? null)}</td>
                <td>{error ? "stopped" : verdict ? STANDS[verdict.kind] : "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="soft race-note">
        Half settled: of the pixels that were open at the start. A dash: not yet. "start": from the beginning.
      </p>
    </div>
  );
}

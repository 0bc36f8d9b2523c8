/** What people read: a table a loss and size, and in words where segtape wins and where it loses. */
import type { Case, Row } from "./compare.ts";
import { digits } from "./statistics.ts";

const cell = (x: number | null | undefined) => (x === null || x === undefined ? "" : digits(x));

export function printCase({ loss, shape, rows }: Case): void {
  console.log(`\n${loss} at [${shape.join(", ")}], value and gradient, milliseconds a call`);
  console.table(
    Object.fromEntries(
      rows.map((row) => [
        row.subject,
        {
          median: row.timing === null ? row.status : digits(row.timing.median),
          p25: cell(row.timing?.p25),
          p75: cell(row.timing?.p75),
          calls: row.timing?.calls ?? 0,
          "ns a pixel": cell(row.nanosecondsPerPixel),
          "x fastest rival": cell(row.timesFastestRival),
          "x yardstick": cell(row.timesYardstick),
          "x its kernel": cell(row.timesYardstickKernel),
          "gradient error": row.errors === null ? "" : row.errors.grad.toExponential(1),
        },
      ]),
    ),
  );
  for (const row of rows)
    if (row.status !== "timed") console.log(`${row.subject}: ${row.status}: ${row.reason}`);
}

function verdict(row: Row, rival: Row): string {
  const ratio = row.timing!.median / rival.timing!.median;
  const name = `${rival.subject}${rival.threads > 1 ? "" : " (1 thread)"}`;
  return ratio < 1
    ? `${digits(1 / ratio)} times as fast as ${name}`
    : `LOSES to ${name}: takes ${digits(ratio)} times as long`;
}

/** Each of segtape's subjects against the fastest rival, losses first. */
export function printVerdicts(cases: readonly Case[]): void {
  const lines = cases.flatMap(({ loss, shape, fastestRival, rows }) => {
    const rival = rows.find(({ subject }) => subject === fastestRival);
    if (rival === undefined) return [];
    return rows
      .filter(({ group, timing }) => group === "segtape" && timing !== null)
      .map((row) => ({
        loses: row.timing!.median >= rival.timing!.median,
        text: `${loss} at ${shape.join("x")}, ${row.subject}: ${verdict(row, rival)}`,
      }));
  });
  const losing = lines.filter(({ loses }) => loses);
  console.log(`\nWhere segtape loses to the fastest rival (${losing.length} of ${lines.length}):`);
  for (const { text } of losing) console.log(`  ${text}`);
  console.log(`Where it wins (${lines.length - losing.length} of ${lines.length}):`);
  for (const { text, loses } of lines) if (!loses) console.log(`  ${text}`);
}

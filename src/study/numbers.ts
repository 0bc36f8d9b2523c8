/** Numbers as people read them: short, with real minus signs and powers of ten. */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A power of ten in superscripts.
 *
 * @example
 * ```ts
 * powerOfTen(-6); // "10⁻⁶"
 * ```
 */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

/**
 * A number with a few significant digits; as a power of ten when it is below 0.001 or from 100 000 on.
 *
 * @param digits - significant digits, 1 to 17; trailing zeros are dropped.
 * @defaultValue `digits` is 4
 *
 * @example
 * ```ts
 * formatNumber(-0.123456); // "−0.1235"
 * formatNumber(3.2e-7); // "3.2 × 10⁻⁷"
 * ```
 */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (value < 0) return `−${formatNumber(-value, digits)}`;
  if (value === Infinity) return "∞";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const short = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const power = Number(exponent);
  if (power >= -3 && power < 5)
    return short(Number(value.toPrecision(digits)).toFixed(Math.max(0, digits - 1 - power)));
  return `${short(mantissa)} × ${powerOfTen(power)}`;
}

/**
 * A number with so many places, and never "−0.00".
 *
 * @example
 * ```ts
 * formatFixed(-0.256, 2); // "−0.26"
 * ```
 */
export function formatFixed(value: number, places: number): string {
  // Adding 0 makes 0 of -0.
  const rounded = Math.round(value * 10 ** places) / 10 ** places + 0;
  return rounded.toFixed(places).replace("-", "−");
}

/**
 * A share as percent: no more digits than it deserves, and never "0 %" or "100 %" unless it is exactly that.
 *
 * @example
 * ```ts
 * formatPercent(0.0312); // "3.1 %"
 * formatPercent(0.00001); // "< 0.1 %"
 * ```
 */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent > 99.9) return "> 99.9 %";
  return `${formatNumber(percent, percent < 10 ? 2 : 3)} %`;
}

/**
 * A duration given in milliseconds.
 *
 * @example
 * ```ts
 * formatDuration(1234); // "1.23 s"
 * ```
 */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${formatNumber(1000 * milliseconds, 2)} µs`;
  if (milliseconds < 1000) return `${formatNumber(milliseconds, 3)} ms`;
  return `${formatNumber(milliseconds / 1000, 3)} s`;
}

/**
 * A number of bytes, in powers of 1024.
 *
 * @example
 * ```ts
 * formatBytes(3 * 2 ** 20); // "3 MiB"
 * ```
 */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let amount = bytes;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${formatNumber(amount, 3)} ${units[unit]}`;
}

/**
 * Round numbers, 1, 2 or 5 times a power of ten apart, that cover a range from within.
 *
 * @param count - about how many; there may be a few more or less.
 * @returns ascending; the one value when the range has no width.
 *
 * @example
 * ```ts
 * niceTicks(0, 1, 5); // [0, 0.2, 0.4, 0.6, 0.8, 1]
 * ```
 */
export function niceTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const power = Math.floor(Math.log10(span / count));
  const rough = span / count / 10 ** power;
  const factor = rough < 1.5 ? 1 : rough < 3.5 ? 2 : rough < 7.5 ? 5 : 10;
  const ticks: number[] = [];
  // Dividing by a power of ten keeps 0.3 from becoming 0.30000000000000004.
  const at = (index: number) => (power < 0 ? (index * factor) / 10 ** -power : index * factor * 10 ** power);
  const step = at(1);
  // A range too narrow for its place among the floats has no round numbers.
  if (!(step > 0) || low + step === low) return [low];
  for (let index = Math.ceil(low / step - 1e-9); at(index) <= high + 1e-9 * span; index++) {
    ticks.push(at(index) + 0);
  }
  return ticks;
}

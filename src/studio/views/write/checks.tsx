/** Whether the loss can be trusted: the check of its gradient, and what it says of extreme predictions. */
import { type Check, type Extreme, isTrouble } from "../../sandbox/findings.ts";
import { shortNumber } from "../../widgets/chart.tsx";
import { Panel } from "../../widgets/fields.tsx";
import { orderOf } from "./order.ts";
import { findings, running } from "./state.ts";

function whereOf({ index, side }: Check): string {
  if (index < 0) return "in a direction through all pixels";
  return `at row ${Math.floor(index / side) + 1}, column ${(index % side) + 1}`;
}

function CheckResult({ check }: { readonly check: Check }) {
  const { ok, okHeld, maxError, tolerance, analytic, numeric, side } = check;
  const verdict = ok
    ? "The gradient is the derivative of the value."
    : okHeld
      ? "The gradient leaves something out on purpose."
      : "The gradient is not the derivative of the value.";
  return (
    <div class="stack">
      <p
        class={`write-verdict ${ok ? "good" : okHeld ? "half" : "bad"}`}
        data-check={ok ? "passed" : okHeld ? "held" : "failed"}
      >
        <span aria-hidden="true">{ok ? "✓" : okHeld ? "≈" : "✗"}</span> {verdict}
      </p>
      <p class="soft">
        Compared with differences of the value, in float64, on {side}×{side} pixels of your mask with a random
        prediction. Largest error {shortNumber(maxError)} of the largest gradient; up to{" "}
        {shortNumber(tolerance)} passes.
      </p>
      {ok ? null : (
        <p class="soft">
          Worst {whereOf(check)}: the gradient says {shortNumber(analytic)}, the differences say{" "}
          {shortNumber(numeric)}.
          {okHeld
            ? " With thresholds, sorted places and stopped gradients held still, both agree."
            : " A kink of the loss right there can be a reason as well."}
        </p>
      )}
    </div>
  );
}

const NAMES: Readonly<Record<Extreme["name"], string>> = {
  perfect: "Exactly right",
  undecided: "½ everywhere",
  wrong: "Exactly wrong",
};

function Extremes({ extremes }: { readonly extremes: readonly Extreme[] }) {
  return (
    <div class="stack">
      <table class="extremes">
        <caption class="hidden">The loss of extreme predictions of this picture</caption>
        <thead>
          <tr>
            <th scope="col">Prediction</th>
            <th scope="col">Loss</th>
            <th scope="col">Gradient</th>
          </tr>
        </thead>
        <tbody>
          {extremes.map(({ name, value, finiteGradient }) => (
            <tr key={name}>
              <th scope="row">{NAMES[name]}</th>
              <td class={Number.isFinite(value) ? "" : "mark"} data-extreme={name}>
                {shortNumber(value)}
              </td>
              <td class={finiteGradient ? "soft" : "mark"}>{finiteGradient ? "finite" : "not finite"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{orderOf(extremes)}</p>
    </div>
  );
}

export function ChecksPanel() {
  const { check, extremes } = findings.value;
  if (findings.value.reading === undefined) return null;
  return (
    <Panel title="Can it be trusted?" class="write-checks">
      <div class="stack">
        {check === undefined ? (
          <p class="soft">{running.value ? "Checking the gradient…" : "The gradient was not checked."}</p>
        ) : isTrouble(check) ? (
          <p class="trouble">The gradient could not be checked: {check.trouble.message}</p>
        ) : (
          <CheckResult check={check} />
        )}
        {extremes === undefined ? null : isTrouble(extremes) ? (
          <p class="trouble">Of extreme predictions it says: {extremes.trouble.message}</p>
        ) : (
          <Extremes extremes={extremes} />
        )}
      </div>
    </Panel>
  );
}

/** How it is learnt: network, loss, and the way down. */
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { linkTo } from "../../state/address.ts";
import { LIMITS, type TrainSettings } from "../../subject/training/settings.ts";
import { CheckField, NumberField, Panel, SelectField } from "../../widgets/fields.tsx";
import { LossPicker } from "../../widgets/loss-picker.tsx";
import { OptionControls } from "../../widgets/options.tsx";
import { choose, chooseLoss, loss, settings } from "./choices.ts";

/** A whole number among the settings. */
function Count({
  name,
  label,
  hint,
  logarithmic = false,
}: {
  readonly name: "depth" | "channels" | "batch" | "steps" | "every" | "seed";
  readonly label: string;
  readonly hint: string;
  readonly logarithmic?: boolean;
}) {
  return (
    <NumberField
      label={label}
      hint={hint}
      value={settings.value[name]}
      {...LIMITS[name]}
      logarithmic={logarithmic}
      onChange={(value) => choose({ [name]: Math.round(value) })}
    />
  );
}

export function LossPanel() {
  const { name } = loss.value;
  const { title, summary } = catalogue[name];
  return (
    <Panel title="Loss">
      <div class="stack">
        <LossPicker label="Loss" value={name} onChange={(next) => chooseLoss({ name: next, options: {} })} />
        <p class="soft">
          {summary} <a href={linkTo("learn", name)}>About {title}</a>
        </p>
        <details>
          <summary>Options</summary>
          <OptionControls choice={loss.value} onChange={chooseLoss} />
        </details>
      </div>
    </Panel>
  );
}

export function NetworkPanel() {
  return (
    <Panel title="Network">
      <div class="stack">
        <Count name="depth" label="Levels" hint="A U-Net of one level sees little around a pixel" />
        <Count
          name="channels"
          label="Channels"
          hint="Of the first level; every level below has twice as many"
        />
      </div>
    </Panel>
  );
}

const OPTIMIZERS: readonly { readonly value: TrainSettings["optimizer"]; readonly title: string }[] = [
  { value: "adam", title: "Adam" },
  { value: "adamW", title: "AdamW" },
  { value: "sgd", title: "SGD, momentum 0.9" },
  { value: "rmsProp", title: "RMSProp" },
];

const SCHEDULES: readonly { readonly value: TrainSettings["schedule"]; readonly title: string }[] = [
  { value: "constant", title: "stays as it is" },
  { value: "cosine", title: "falls to 0 (cosine)" },
];

export function StepsPanel() {
  const { optimizer, rate, schedule, turns } = settings.value;
  return (
    <Panel title="Steps">
      <div class="stack">
        <SelectField
          label="Optimiser"
          value={optimizer}
          choices={OPTIMIZERS}
          onChange={(value) => choose({ optimizer: value })}
        />
        <NumberField
          label="Learning rate"
          value={rate}
          {...LIMITS.rate}
          logarithmic
          hint="How far a step goes"
          onChange={(value) => choose({ rate: value })}
        />
        <SelectField
          label="Over time"
          value={schedule}
          choices={SCHEDULES}
          hint="How the learning rate changes over the steps"
          onChange={(value) => choose({ schedule: value })}
        />
        <Count name="batch" label="Pictures a step" hint="Also called the batch size" />
        <Count name="steps" label="Steps" hint="How long it lasts" logarithmic />
        <Count name="every" label="Measure every" hint="Steps between measurements" logarithmic />
        <Count
          name="seed"
          label="Seed"
          hint="Everything random follows from it: the same seed, the same training"
        />
        <CheckField
          label="Mirror and turn pictures at random"
          checked={turns}
          onChange={(value) => choose({ turns: value })}
        />
      </div>
    </Panel>
  );
}

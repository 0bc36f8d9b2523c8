/** What is learnt from: pictures that are drawn, or files of the visitor's. */
import { CHOICES, type DataName, LIMITS } from "../../subject/training/settings.ts";
import { NumberField, Panel, SelectField } from "../../widgets/fields.tsx";
import { choose, settings } from "./choices.ts";
import { FileButton } from "./file-button.tsx";
import { files, shown, takeFiles } from "./session.ts";

const KINDS: readonly { readonly value: DataName; readonly title: string }[] = [
  { value: "lesions", title: "Lesions (drawn)" },
  { value: "cells", title: "Cells (drawn)" },
  { value: "vessels", title: "Vessels (drawn)" },
  { value: "specks", title: "Specks (drawn)" },
  { value: "files", title: "Your PNG files" },
];

function SizeField({ label, hint }: { readonly label: string; readonly hint: string }) {
  return (
    <SelectField
      label={label}
      hint={hint}
      value={String(settings.value.size)}
      choices={CHOICES.size.map((side) => ({ value: String(side), title: `${side} x ${side} pixels` }))}
      onChange={(side) => choose({ size: Number(side) })}
    />
  );
}

function Drawn() {
  return (
    <>
      <NumberField
        label="Pictures"
        value={settings.value.count}
        {...LIMITS.count}
        hint="How many are drawn"
        onChange={(value) => choose({ count: Math.round(value) })}
      />
      <SizeField label="Size" hint="Of every picture" />
    </>
  );
}

function Given() {
  const found = files.value;
  const { foreground } = settings.value;
  return (
    <>
      <div class="toolbar">
        <FileButton folder onChoose={takeFiles}>
          Choose a folder
        </FileButton>
        <FileButton multiple accept=".png,image/png" onChoose={takeFiles}>
          Choose files
        </FileButton>
      </div>
      {found === null ? (
        <p class="soft">
          Folders <code>images</code> and <code>masks</code> with PNG files of the same names, or each mask
          beside its image: <code>scan.png</code>, <code>scan_mask.png</code>. The files stay in this browser;
          a link does not hold them.
        </p>
      ) : "problems" in found ? (
        <div class="trouble" role="alert">
          <p>These files cannot be used:</p>
          <ul>
            {found.problems.slice(0, 12).map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          {found.problems.length > 12 ? <p>and {found.problems.length - 12} more of the kind.</p> : null}
        </div>
      ) : (
        <>
          <SizeField
            label="Pieces of"
            hint="A step takes pieces of the pictures, at most this large; smaller is faster"
          />
          <p>
            {found.pairs} pairs, {found.channels === 1 ? "grey" : "in colours"}.{" "}
            {found.classes.length === 2
              ? ""
              : `${found.classes.length} values in the masks: one is learnt, against the rest.`}
          </p>
          {found.classes.length === 2 ? null : (
            <SelectField
              label="Learnt value"
              value={String(foreground)}
              choices={found.classes.map((name, at) => ({ value: String(at), title: name }))}
              hint="The studio trains one class against the rest"
              onChange={(at) => choose({ foreground: Number(at) })}
            />
          )}
        </>
      )}
    </>
  );
}

export function PicturesPanel() {
  const { data } = settings.value;
  const set = shown.value;
  return (
    <Panel title="Pictures">
      <div class="stack">
        <SelectField
          label="Kind"
          value={data}
          choices={KINDS}
          onChange={(value) => choose({ data: value })}
        />
        {data === "files" ? <Given /> : <Drawn />}
        {set === null ? null : (
          <p class="soft">
            {set.train} to learn from, {set.validation} to measure on.
          </p>
        )}
      </div>
    </Panel>
  );
}

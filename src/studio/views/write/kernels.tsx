/** The code that was generated for value and gradient. */
import { useState } from "preact/hooks";
import { isTrouble, type KernelPart } from "../../sandbox/findings.ts";
import { Panel, Segmented } from "../../widgets/fields.tsx";
import { findings } from "./state.ts";

const UNITS = ["B", "kB", "MB", "GB"];

/** A number of bytes in the unit that fits. */
export function bytesText(bytes: number): string {
  const unit = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** unit).toPrecision(3))} ${UNITS[unit]}`;
}

const countText = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

function Code({ part, index }: { readonly part: KernelPart; readonly index: number }) {
  const [shown, show] = useState(index === 0);
  return (
    <details open={shown} onToggle={(event) => show(event.currentTarget.open)}>
      <summary>
        {index + 1}. {part.title} <span class="soft">{countText(part.text.split("\n").length, "line")}</span>
      </summary>
      {shown ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        <pre class="kernel" tabIndex={0}>
          {part.text}
        </pre>
      ) : null}
    </details>
  );
}

type Language = "wasm" | "gpu";

export function KernelsPanel() {
  const [language, choose] = useState<Language>("gpu");
  const { kernels } = findings.value;
  if (kernels === undefined) return null;
  if (isTrouble(kernels))
    return (
      <Panel title="Generated kernels" class="write-wide">
        <p class="trouble">{kernels.trouble.message}</p>
      </Panel>
    );
  const { ran, nodes, bytes, bytesMoved, operations } = kernels;
  const parts = kernels[language];
  return (
    <Panel
      title="Generated kernels"
      class="write-wide"
      tools={
        <Segmented<Language>
          label="Written in"
          value={language}
          choices={[
            {
              value: "gpu",
              title: "JavaScript",
              hint: "Kernels of gpu.js; its GPU modes make shaders of the like",
            },
            { value: "wasm", title: "WebAssembly", hint: "What ran here, in WebAssembly's text format" },
          ]}
          onChange={choose}
        />
      }
    >
      <div class="stack">
        <p class="soft">
          Value and gradient together: {countText(nodes, "operation")} become{" "}
          {countText(parts.length, language === "gpu" ? "kernel" : "function")}. On {ran}: {bytesText(bytes)}{" "}
          held, {bytesText(bytesMoved)} read and written, {Math.round(operations).toLocaleString("en")}{" "}
          multiplications and their like.
        </p>
        {parts.length === 0 ? (
          <p class="soft">
            {ran === "reference"
              ? "This browser does not run our WebAssembly: the reference ran, which generates no code."
              : "Nothing had to be computed."}
          </p>
        ) : (
          <div class="kernel-list">
            {parts.map((part, i) => (
              <Code key={`${language}${i}`} part={part} index={i} />
            ))}
          </div>
        )}
      </div>
    </Panel>
  );
}

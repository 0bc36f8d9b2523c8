/** The recorded graph: drawn, or where that is too much, listed. */
import { useMemo, useState } from "preact/hooks";
import { type GraphStep, isTrouble } from "../../../sandbox/findings.ts";
import { Panel, Segmented } from "../../../widgets/fields.tsx";
import { findings, pointed } from "../state.ts";
import { BOX_HEIGHT, type Box, boxCount, type Drawing, drawingOf, type Edge } from "./layout.ts";

/** More boxes than this are no picture any more. */
const MOST_BOXES = 150;

const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? "number" : shape.join("×"));

/** A line that leaves and arrives upright. */
function pathOf({ points }: Edge): string {
  const [[x0, y0], ...rest] = points;
  let path = `M${x0} ${y0}`;
  let [x, y] = [x0, y0];
  for (const [toX, toY] of rest) {
    const middle = (y + toY) / 2;
    path += `C${x} ${middle} ${toX} ${middle} ${toX} ${toY}`;
    [x, y] = [toX, toY];
  }
  return path;
}

const kindOf = ({ op, kind }: GraphStep): string => (op === "argument" || op === "data" ? "given" : kind);

function GraphBox({ box, onGoTo }: { readonly box: Box; readonly onGoTo: (line: number) => void }) {
  const { step, title, x, y, width } = box;
  const { line } = step;
  const marked = line !== null && line === pointed.value;
  const about = `${step.name} = ${step.op}(${step.reads.join(", ")})${line === null ? "" : `, line ${line}`}`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list below the drawing has the same as buttons
    <g
      class={`graph-box kind-${kindOf(step)} ${step.pass} ${step.result === "" ? "" : "result"} ${marked ? "marked" : ""}`}
      transform={`translate(${x - width / 2} ${y - BOX_HEIGHT / 2})`}
      data-op={step.op}
      onPointerEnter={() => {
        pointed.value = line;
      }}
      onPointerLeave={() => {
        pointed.value = null;
      }}
      onClick={() => line !== null && onGoTo(line)}
    >
      <title>{step.result === "" ? about : `${about}: ${step.result}`}</title>
      <rect width={width} height={BOX_HEIGHT} rx="8" />
      <text x={width / 2} y="15">
        {title}
      </text>
      <text x={width / 2} y="29" class="shape">
        {step.result === ""
          ? shapeText(step.shape)
          : step.result.replace("gradient of prediction", "gradient")}
      </text>
    </g>
  );
}

function GraphDrawing({
  drawing,
  onGoTo,
}: {
  readonly drawing: Drawing;
  readonly onGoTo: (line: number) => void;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section class="graph-scroll" tabIndex={0} aria-label="Drawing of the graph, scrollable">
      <svg
        class="graph"
        width={drawing.width}
        height={drawing.height}
        role="img"
        aria-label={`Graph of ${drawing.boxes.length} operations; the list below says the same in words`}
      >
        {drawing.edges.map((edge) => (
          <path
            key={`${edge.from}>${edge.to}`}
            class={edge.backward ? "graph-edge backward" : "graph-edge"}
            d={pathOf(edge)}
          />
        ))}
        {drawing.boxes.map((box) => (
          <GraphBox key={box.step.name} box={box} onGoTo={onGoTo} />
        ))}
      </svg>
    </section>
  );
}

function GraphList({
  steps,
  onGoTo,
}: {
  readonly steps: readonly GraphStep[];
  readonly onGoTo: (line: number) => void;
}) {
  return (
    <ol class="graph-list">
      {steps.map(({ name, op, reads, shape, line, result, pass }) => (
        <li key={name} class={pass}>
          <code>
            {name} = {op}
            {reads.length === 0 ? "" : `(${reads.join(", ")})`}
          </code>{" "}
          <span class="soft">
            {shapeText(shape)}
            {result === "" ? "" : `, ${result}`}
          </span>{" "}
          {line === null ? null : (
            <button type="button" class="quiet link" onClick={() => onGoTo(line)}>
              line {line}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

const LEGEND = [
  { kind: "given", title: "given" },
  { kind: "map", title: "each element" },
  { kind: "fold", title: "sum, max, min" },
  { kind: "move", title: "moves elements" },
  { kind: "window", title: "windows, products" },
  { kind: "order", title: "sorting, host" },
] as const;

export function GraphPanel({ onGoTo }: { readonly onGoTo: (line: number) => void }) {
  const [pass, setPass] = useState<"forward" | "both">("forward");
  const { graph } = findings.value;
  const steps = useMemo(
    () =>
      graph === undefined || isTrouble(graph)
        ? []
        : graph.filter((step) => pass === "both" || step.pass === "forward"),
    [graph, pass],
  );
  const drawn = boxCount(steps) <= MOST_BOXES;
  const drawing = useMemo(() => (drawn && steps.length > 0 ? drawingOf(steps) : null), [steps, drawn]);
  if (graph === undefined) return null;
  return (
    <Panel
      title="Recorded graph"
      class="write-wide"
      tools={
        <Segmented
          label="Show"
          value={pass}
          choices={[
            { value: "forward", title: "the value" },
            { value: "both", title: "value and gradient" },
          ]}
          onChange={setPass}
        />
      }
    >
      {isTrouble(graph) ? (
        <p class="trouble">{graph.trouble.message}</p>
      ) : (
        <div class="stack">
          {drawing === null ? (
            <p class="soft">
              {boxCount(steps)} operations are too many for a drawing that could be read: here they are as a
              list.
            </p>
          ) : (
            <>
              <GraphDrawing drawing={drawing} onGoTo={onGoTo} />
              <ul class="graph-legend">
                {LEGEND.map(({ kind, title }) => (
                  <li key={kind}>
                    <i class={`kind-${kind}`} /> {title}
                  </li>
                ))}
                {pass === "both" ? (
                  <li>
                    <i class="backward" /> only for the gradient
                  </li>
                ) : null}
              </ul>
            </>
          )}
          <details open={drawing === null}>
            <summary>
              As a list: <span data-count={steps.length}>{steps.length} operations</span>
            </summary>
            <GraphList steps={steps} onGoTo={onGoTo} />
          </details>
        </div>
      )}
    </Panel>
  );
}

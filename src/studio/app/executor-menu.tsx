/** Which executor computes, and what this browser can run: the `doctor` of the page. */
import { useState } from "preact/hooks";
import type { BackendChoice } from "../../run/backends.ts";
import { computesRight, type ExecutorFinding } from "../../study/examine.ts";
import { backend, backendInUse, backendTrouble, chooseBackend } from "../state/engine.ts";
import { shortNumber } from "../widgets/chart.tsx";
import type { EngineMethods } from "../worker/engine-methods.ts";
import { startWorker } from "../worker/start.ts";

/** Those that a browser may have; `headlessgl` is Node's. */
const OFFERED: readonly { readonly id: BackendChoice; readonly title: string }[] = [
  { id: "auto", title: "the best there is" },
  { id: "wasm", title: "WebAssembly SIMD" },
  { id: "webgl2", title: "WebGL 2 (gpu.js)" },
  { id: "webgpu", title: "WebGPU (gpu.js)" },
  { id: "webasm", title: "WebAssembly of gpu.js" },
  { id: "cpu", title: "JavaScript of gpu.js" },
  { id: "reference", title: "float64 reference" },
];

function verdictOf(finding: ExecutorFinding): string {
  if (!finding.available) return "does not run";
  if (finding.error === undefined) return "fails here";
  if (!computesRight(finding)) return "computes wrong results here: please report it";
  return finding.isDefault ? "runs, chosen by auto" : "runs";
}

function Doctor({ findings }: { readonly findings: readonly ExecutorFinding[] }) {
  return (
    <table class="doctor">
      <caption>What this browser runs</caption>
      <tbody>
        {findings
          .filter(({ id }) => OFFERED.some((one) => one.id === id))
          .map((finding) => (
            <tr key={finding.id}>
              <th scope="row">{finding.id}</th>
              <td>{verdictOf(finding)}</td>
              <td class="soft">
                {finding.error === undefined
                  ? finding.reason
                  : `${finding.device}; off by ${shortNumber(finding.error)}, first call ${Math.round(finding.milliseconds ?? 0)} ms`}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** Tries them in a worker of their own: an executor that hangs or crashes takes nothing with it. */
async function examine(): Promise<ExecutorFinding[]> {
  const { caller, stop } = startWorker<EngineMethods>("engine.js");
  try {
    return await caller.call("examine", null);
  } finally {
    stop();
  }
}

export function ExecutorMenu() {
  const [findings, setFindings] = useState<readonly ExecutorFinding[] | null>(null);
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState("");
  const ask = () => {
    setAsking(true);
    examine()
      .then(setFindings, (error: Error) => setTrouble(error.message))
      .finally(() => setAsking(false));
  };
  return (
    <details class="menu">
      <summary>
        <span class="soft">runs on</span> {backendInUse.value ?? backend.value}
        {backendTrouble.value === "" ? null : (
          <span class="mark" title={backendTrouble.value}>
            {" "}
            !
          </span>
        )}
      </summary>
      <div class="menu-body">
        <label>
          Executor{" "}
          <select
            value={backend.value}
            onChange={(event) => void chooseBackend(event.currentTarget.value as BackendChoice)}
          >
            {OFFERED.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {backendTrouble.value === "" ? null : (
          <p class="trouble" role="alert">
            {backendTrouble.value}
          </p>
        )}
        <p class="soft">
          {crossOriginIsolated
            ? `This page is isolated: threads share memory, ${navigator.hardwareConcurrency} processors.`
            : "This page is not isolated: WebAssembly runs on one thread."}
        </p>
        {trouble === "" ? null : (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        {findings === null ? (
          <button type="button" disabled={asking} onClick={ask}>
            {asking ? "Trying each…" : "What runs here?"}
          </button>
        ) : (
          <Doctor findings={findings} />
        )}
      </div>
    </details>
  );
}

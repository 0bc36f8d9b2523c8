/** Which executor computes, and what this browser can run: the `doctor` of the page. */
import { useState } from "preact/hooks";
import type { BackendChoice, BackendStatus } from "../../run/backends.ts";
import { backend, backendTrouble, chooseBackend, engine } from "../state/engine.ts";

/** Those that a browser may have; `headlessgl` is Node's. */
const OFFERED: readonly { readonly id: BackendChoice; readonly title: string }[] = [
  { id: "wasm", title: "WebAssembly SIMD" },
  { id: "webgl2", title: "WebGL 2 (gpu.js)" },
  { id: "webgpu", title: "WebGPU (gpu.js)" },
  { id: "webasm", title: "WebAssembly of gpu.js" },
  { id: "cpu", title: "JavaScript of gpu.js" },
  { id: "reference", title: "float64 reference" },
];

function Doctor({ statuses }: { readonly statuses: readonly BackendStatus[] }) {
  return (
    <table class="doctor">
      <caption>What this browser runs</caption>
      <tbody>
        {statuses
          .filter(({ id }) => OFFERED.some((one) => one.id === id))
          .map(({ id, available, reason, device, isDefault }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>{available ? (isDefault ? "runs, chosen by auto" : "runs") : "does not run"}</td>
              <td class="soft">{available ? device : reason}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

export function ExecutorMenu() {
  const [statuses, setStatuses] = useState<readonly BackendStatus[] | null>(null);
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    setStatuses(await (await engine()).call("backends", null));
    setAsking(false);
  };
  return (
    <details class="menu">
      <summary>
        <span class="soft">runs on</span> {backend.value}
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
        {statuses === null ? (
          <button type="button" disabled={asking} onClick={() => void ask()}>
            {asking ? "Trying each…" : "What runs here?"}
          </button>
        ) : (
          <Doctor statuses={statuses} />
        )}
      </div>
    </details>
  );
}

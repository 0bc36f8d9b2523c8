/** The code that is generated for a loss and its gradient: WebAssembly as it ran, and the kernels of gpu.js. */
import { linearize } from "../../graph/linearize.ts";
import { simplify } from "../../graph/simplify.ts";
import { record } from "../../ops/make.ts";
import { full, inputRow } from "../../ops/movement.ts";
import { lowerStage } from "../../run/gpu/lower.ts";
import { MODES } from "../../run/gpu/modes.ts";
import { isHostStage } from "../../run/gpu/segments.ts";
import { schedule } from "../../run/schedule.ts";
import { formatShape } from "../../shape.ts";
import { planReport, type Tensor } from "../../tensor.ts";
import type { KernelPart, Kernels } from "./findings.ts";

/** Functions of a module's text, each under the line of its stage. */
function functionsOf(module: string, stages: readonly string[]): KernelPart[] {
  // The last bracket closes the module, not a function.
  const functions = module
    .slice(0, module.lastIndexOf(")"))
    .split(/\n(?= {2}\(func )/)
    .slice(1);
  return functions.map((part) => {
    const step = /^ {2}\(func \$step(\d+) /.exec(part);
    const title = step === null ? "helper" : (stages[Number(step[1])] ?? "").replace(/^\d+: | \(.*$/g, "");
    return { title, text: part.replace(/^ {2}/gm, "").trimEnd() };
  });
}

/** Kernels of gpu.js for the same results, as its `cpu` mode takes them; gpu.js makes shaders of the like. */
function gpuParts(tensors: readonly Tensor[]): KernelPart[] {
  const graph = simplify(
    linearize(tensors.map(({ node }) => node)),
    (shape) => record(inputRow, [], shape),
    full,
  );
  const planned = schedule(graph, MODES.cpu.limits);
  return planned.stages.flatMap((stage): KernelPart[] => {
    const { op, shape } = stage.node;
    const title = `${op.name} ${formatShape(shape)}`;
    if (isHostStage(stage)) return [{ title, text: "// computed on the host, between kernels" }];
    return lowerStage(stage, planned, "cpu").map(({ text }) => ({ title, text }));
  });
}

/** Code and size of the plan behind results that have not run yet. */
export async function kernelsOf(...tensors: readonly Tensor[]): Promise<Kernels> {
  const gpu = gpuParts(tensors);
  const report = await planReport(...tensors);
  const { ran, nodes, bytes, bytesMoved, operations, stages } = report;
  return {
    ran,
    nodes,
    bytes,
    bytesMoved,
    operations,
    wasm: report.texts().flatMap((text) => functionsOf(text, stages)),
    gpu,
  };
}

/** Convolutions as steps of their own kernels. */
import type { ConvolutionLowering } from "../../../../kernels/wasm/convolution/index.ts";
import type { Node } from "../../../graph/node.ts";
import { sizeOf } from "../../../shape.ts";
import type { Stored } from "../../access/body.ts";
import { homeOf } from "../../schedule.ts";
import { convolutionKernels } from "./kernels.ts";
import { aligned } from "./layout.ts";
import type { ConvolutionStep } from "./steps.ts";
import type { Tail } from "./tail.ts";

/** The kernel that a node has; `null` for everything that passes compute. */
export function convolutionOf(node: Node): ConvolutionLowering | null {
  const { op } = node;
  if (op.kind !== "contract" || op.convolution === undefined || sizeOf(node.shape) === 0) return null;
  if (node.inputs.some((input) => sizeOf(input.shape) === 0)) return null;
  return convolutionKernels().convolutionKernel(
    op.convolution,
    node.inputs.map((input) => input.shape),
    node.shape,
    node.attributes,
  );
}

/** Multiplications of a piece of work: some 20 microseconds. */
const PIECE = 2 ** 18;

/** The steps of a convolution, for so many threads. */
export function convolutionSteps(node: Node, tail: Tail | null, threads: number): ConvolutionStep[] {
  const { scratchBytes, ownBytes, passes } = convolutionOf(node) as ConvolutionLowering;
  const inputs = node.inputs.map(homeOf);
  const floats = (bytes: number): Stored => ({ shape: [Math.ceil(bytes / Float32Array.BYTES_PER_ELEMENT)] });
  const scratch = floats(scratchBytes);
  const each = aligned(ownBytes);
  const own = floats(threads * each);
  return passes.map((pass, i): ConvolutionStep => {
    const last = i === passes.length - 1;
    const output = tail?.node ?? node;
    const followed = tail === null ? "" : ` + ${tail.node.op.name}`;
    return {
      kind: "convolution",
      doc: `${node.op.name} [${node.shape.join(", ")}]${followed}: ${pass.doc}`,
      units: pass.units,
      chunk: Math.max(1, Math.round((PIECE * pass.units) / Math.max(1, pass.cost))),
      cost: pass.cost,
      reads: [
        ...(pass.reads ? inputs : []),
        ...(i > 0 ? [scratch] : []),
        ...(pass.writes ? (tail?.reads ?? []) : []),
      ],
      writes: pass.writes ? [output] : [scratch],
      holds: [...(ownBytes > 0 ? [own] : []), ...(last && scratchBytes > 0 ? [scratch] : [])],
      pass,
      inputs,
      tail,
      output,
      scratch,
      own,
      ownBytes: each,
    };
  });
}

/** Kernels that few graphs need, loaded with the first one that does: a page that shows losses never asks for convolutions. */
import type { Node } from "../../../graph/node.ts";

type Convolutions = typeof import("../../../../kernels/wasm/convolution/index.ts");
type Orders = typeof import("../../../../kernels/wasm/order/index.ts");

let convolutions: Convolutions | null = null;
let orders: Orders | null = null;

const isConvolution = ({ op }: Node) => op.kind === "contract" && op.convolution !== undefined;
const isOrder = ({ op }: Node) => op.kind === "order" || op.kind === "host";

/** Loads what the nodes of a graph need. Planning it does not wait for anything else. */
export async function loadKernels(nodes: readonly Node[]): Promise<void> {
  if (convolutions === null && nodes.some(isConvolution))
    convolutions = await import("../../../../kernels/wasm/convolution/index.ts");
  if (orders === null && nodes.some(isOrder))
    orders = await import("../../../../kernels/wasm/order/index.ts");
}

/** Kernels of convolution. {@link loadKernels} has been there for the graph. */
export const convolutionKernels = (): Convolutions => convolutions as Convolutions;

/** Kernels of sorting and such, likewise. */
export const orderKernels = (): Orders => orders as Orders;

/** Kernels of the rows of kind `order` and `host`, by the name of the row. */
import { argsort } from "./argsort.ts";
import { components } from "./components.ts";
import { cumsum } from "./cumsum.ts";
import { distance } from "./distance.ts";
import { gather } from "./gather.ts";
import type { OrderKernel } from "./kernel.ts";
import { scatterAdd } from "./scatter-add.ts";

export type { OrderContext, OrderKernel, OrderLowering, OrderPass } from "./kernel.ts";

export const ORDER_KERNELS: Readonly<Record<string, OrderKernel>> = {
  argsort,
  cumsum,
  gather,
  scatterAdd,
  distance,
  components,
};

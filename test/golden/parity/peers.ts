/** The libraries whose losses are compared with ours. */
import type { Peer } from "./correspondence.ts";
import { keras } from "./keras.ts";
import { kornia } from "./kornia.ts";
import { monai } from "./monai.ts";
import { segLossOdyssey } from "./seglossodyssey.ts";
import { semSegLoss } from "./semsegloss.ts";
import { smp } from "./smp.ts";

export const peers: readonly Peer[] = [monai, smp, kornia, keras, semSegLoss, segLossOdyssey];

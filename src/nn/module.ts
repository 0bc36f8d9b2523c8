/** What a network is here: names and shapes of its variables, and a function of them. */
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Noise } from "../transform/stateful.ts";
import type { Initializer } from "./initializers.ts";

/** Variables of a network by name, as in `encoder.0.conv1.weight`: one flat record. */
export type Variables = Readonly<Record<string, Tensor>>;

/** A variable before it has a value. */
export interface VariableSpec {
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Whether optimisers change it; running statistics are not trained. */
  readonly trainable: boolean;
}

/** How a network is applied. */
export interface Context {
  /** Whether dropout drops and normalisation takes the batch's own statistics. @defaultValue false */
  readonly training?: boolean;
  /** Where dropout's randomness comes from; needed where `training` is true and something is random. */
  readonly noise?: Noise;
  /** Receives new values of variables that are not trained (running statistics). */
  readonly updates?: Record<string, Tensor>;
}

/** A network, or a part of one: pure, so that it can be differentiated and recorded. */
export interface Module {
  /** What `apply` needs, by name. */
  readonly variables: Readonly<Record<string, VariableSpec>>;
  /** From [n, channels, ...space] to the outputs; for segmentation, to logits [n, classes, ...space]. */
  apply(variables: Variables, x: Tensor, context?: Context): Tensor;
}

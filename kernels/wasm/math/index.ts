/** Functions of four floats at a time, emitted where they are used. How good each is: docs/vector-math.md. */
export { exp, expNegative } from "./exp.ts";
export { expm1, tanh } from "./expm1.ts";
export { log } from "./log.ts";
export { log1p } from "./log1p.ts";
export { log1pUnit } from "./log1p-unit.ts";
export { pow } from "./pow.ts";
export { madd, type VectorCode } from "./vector-code.ts";

/** The whole library, for whoever imports "segtape" in the sandbox. */
export * as segtape from "../../index.ts";

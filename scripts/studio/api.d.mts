import type { Plugin } from "esbuild";
import type { Api } from "../../src/studio/views/write/editor/completions.ts";

export function readApi(): Api;
export const apiPlugin: Plugin;

import type { BuildOptions } from "esbuild";

type Bundle = BuildOptions & { readonly entryPoints: Readonly<Record<string, string>> };
export const nodeBundle: Bundle;
export const moduleBundle: Bundle;
export const browserBundle: Bundle;

import type { Metafile } from "esbuild";

export function licencesOf(
  metafile: Pick<Metafile, "inputs">,
  root: string,
  others?: readonly string[],
): string;

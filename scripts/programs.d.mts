export function bundlePrograms(entryPoints: Readonly<Record<string, string>>, folder: string): Promise<void>;
export function runProgram(
  file: string,
  folder: string,
  words: { readonly flags?: readonly string[]; readonly args?: readonly string[] },
): Promise<number>;

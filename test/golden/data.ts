/** Where golden data come from: the whole fixtures if they lie beside the project, else the selection. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Checksums, GoldenCase, GoldenInput } from "./format.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The fixtures as they were published; not part of the project. */
export const FIXTURES = at("../../../shared/fixtures");
const BUNDLE = at("./data");

export const hasFixtures = existsSync(`${FIXTURES}/inputs.json`);

/** A number, or one of the words that JSON has no number for. */
type Written = number | string;

interface WrittenCase {
  id: string;
  loss: string;
  source: { peer: string; function: string };
  params: Record<string, unknown>;
  reduction: string;
  kind: GoldenCase["kind"];
  layout: GoldenCase["layout"];
  shape: number[];
  pred: string;
  predKind: GoldenCase["predKind"];
  target: string;
  targetKind: string;
  value: Written | Written[];
  grad?: Written[] | null;
  gradChecksums?: Record<keyof Checksums, Written> | null;
  tolerance?: { relative: number; absolute: number };
  gradSample?: { index: number[]; value: Written[] } | null;
}

function read(c: WrittenCase): GoldenCase {
  const { source, value, grad, gradChecksums: sums, gradSample: some, tolerance = null, ...same } = c;
  return {
    ...same,
    tolerance,
    peer: source.peer,
    fn: source.function,
    value: [value].flat().map(Number),
    grad: grad?.map(Number) ?? null,
    gradChecksums: sums ? { l1: Number(sums.l1), l2: Number(sums.l2), dot: Number(sums.dot) } : null,
    gradSample: some ? { index: some.index, value: some.value.map(Number) } : null,
  };
}

const json = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

/** Tables of peers' own tests: the selection script turns them into cases, and keeps them whole. */
const isTable = (file: string) => file.endsWith("-tables");

/** The cases of a fixture file. */
export function casesOf(file: string, folder: "fixtures" | "bundle"): GoldenCase[] {
  const root = folder === "fixtures" && !isTable(file) ? FIXTURES : BUNDLE;
  return json<WrittenCase[]>(`${root}/${file}.json`).map(read);
}

export function inputsOf(folder: "fixtures" | "bundle"): Record<string, GoldenInput> {
  const read = (root: string) => json<{ inputs: Record<string, GoldenInput> }>(`${root}/inputs.json`).inputs;
  return folder === "fixtures" ? { ...read(BUNDLE), ...read(FIXTURES) } : read(BUNDLE);
}

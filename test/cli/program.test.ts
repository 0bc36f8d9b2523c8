/** The program from outside: what it prints, what it writes, how it exits. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { losses } from "../../src/index.ts";
import { decodeNpy, decodePng, encodeNpy, encodePng } from "../../src/io/index.ts";
import { segtape } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "segtape-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const SIDE = 24;
const grey = (f: (x: number, y: number) => number, side = SIDE) =>
  encodePng({
    width: side,
    height: side,
    channels: 1,
    data: Uint8Array.from({ length: side * side }, (_, i) => Math.round(f(i % side, Math.floor(i / side)))),
  });
const inside = (x: number, y: number) => (x - 11) ** 2 + (y - 12) ** 2 < 50;
writeFileSync(
  at("p.png"),
  grey((x, y) => (inside(x - 2, y) ? 200 : 30)),
);
writeFileSync(
  at("mask.png"),
  grey((x, y) => (inside(x, y) ? 255 : 0)),
);
writeFileSync(
  at("small.png"),
  grey(() => 0, 8),
);
writeFileSync(at("cut.png"), grey(() => 9).subarray(0, 40));
writeFileSync(at("text.png"), "not a picture");
const probabilities = Float32Array.from({ length: SIDE * SIDE }, (_, i) => 0.5 + 0.4 * Math.sin(i));
writeFileSync(at("p.npy"), encodeNpy(probabilities, [1, 1, SIDE, SIDE]));
writeFileSync(at("cut.npy"), encodeNpy(probabilities, [SIDE, SIDE]).subarray(0, 200));
writeFileSync(
  at("logits.npy"),
  encodeNpy(
    probabilities.map((p) => Math.log(p / (1 - p))),
    [SIDE, SIDE],
  ),
);
writeFileSync(at("volume.npy"), encodeNpy(new Float32Array(8), [2, 2, 2]));

const QUICK = ["--backend", "cpu", "--skip-gradcheck"];
const pair = (prediction: string, target = "mask.png") => [
  "--prediction",
  at(prediction),
  "--target",
  at(target),
];

describe("study", () => {
  test("writes one page, maps, curves and figures", async () => {
    const out = at("report");
    const run = await segtape(
      "study",
      "dice",
      "focalLoss",
      ...pair("p.png"),
      "--out",
      out,
      "--backend",
      "cpu",
      "--npy",
    );
    expect(run.err).toBe("");
    expect(run.code).toBe(0);
    expect(run.out).toContain(join(out, "report.html"));
    const page = readFileSync(join(out, "report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain("diceLoss");
    expect(page).not.toMatch(/(src|href)="https?:/);
    const map = decodePng(readFileSync(join(out, "gradients/diceLoss.png")));
    expect([map.width, map.height, map.channels]).toEqual([SIDE, SIDE, 3]);
    const gradient = decodeNpy(readFileSync(join(out, "gradients/diceLoss.npy")));
    expect(gradient.shape).toEqual([SIDE, SIDE]);
    expect(readFileSync(join(out, "curves/focalLoss-loss.svg"), "utf8")).toMatch(/^<svg/);
    const figures = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
    expect(figures.map((one: { name: string }) => one.name)).toEqual(["diceLoss", "focalLoss"]);
    for (const { value, gradcheckError, gradientNorm } of figures) {
      expect(value).toBeGreaterThan(0);
      expect(gradientNorm).toBeGreaterThan(0);
      expect(gradcheckError).toBeLessThan(1e-6);
    }
  });

  test("reads .npy, probabilities or logits, and says the same of both", async () => {
    const values = await Promise.all(
      [["p.npy"], ["logits.npy", "--input", "logits"]].map(async ([file, ...more]) => {
        const run = await segtape(
          "study",
          "dice",
          ...pair(file),
          ...more,
          ...QUICK,
          "--out",
          at(`npy-${file}`),
          "--json",
        );
        expect(run.code).toBe(0);
        return JSON.parse(run.out).losses[0].value as number;
      }),
    );
    expect(values[0]).toBeCloseTo(values[1], 5);
  });

  test("makes a page of a sample, with a loss that refuses it told by name", async () => {
    const run = await segtape(
      "study",
      "dice",
      "msSsim",
      "--sample",
      "lesion",
      "--size",
      "32",
      ...QUICK,
      "--out",
      at("sample"),
    );
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/msSsimLoss: refused: .*161/);
  });

  test.each([
    ["sizes that differ", pair("p.png", "small.png"), /small\.png is 8 x 8, expected 24 x 24/],
    ["a truncated PNG", pair("cut.png"), /cut\.png/],
    ["a truncated .npy", pair("cut.npy"), /cut\.npy/],
    ["no picture at all", pair("text.png"), /text\.png/],
    ["a volume", pair("volume.npy"), /volume\.npy has shape \[2, 2, 2\]/],
    ["a file that is not there", pair("none.png"), /none\.png: no such file/],
    ["logits taken for probabilities", pair("logits.npy"), /expected numbers in 0 \.\. 1/],
    ["a backend that is not there", [...pair("p.png"), "--backend", "webgl2"], /webgl2 does not work here/],
  ])("%s: one line, exit code 1, nothing written", async (name, args, message) => {
    const out = at(`bad ${name}`);
    const run = await segtape("study", "dice", ...args, "--skip-gradcheck", "--out", out);
    expect(run.code).toBe(1);
    expect(run.out).toBe("");
    expect(run.err.trim().split("\n")).toHaveLength(1);
    expect(run.err).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  test("an out that is a file: exit code 1, and the file stays", async () => {
    writeFileSync(at("taken"), "mine");
    const run = await segtape("study", "dice", ...pair("p.png"), ...QUICK, "--out", at("taken"));
    expect(run.code).toBe(1);
    expect(run.err).toContain("taken");
    expect(readFileSync(at("taken"), "utf8")).toBe("mine");
  });

  test("leaves no temporary file behind", async () => {
    mkdirSync(at("tidy"));
    await segtape("study", "dice", ...pair("p.png"), ...QUICK, "--out", at("tidy"));
    const names = readdirSync(at("tidy"), { recursive: true }).map(String);
    expect(names.filter((name) => name.includes(".tmp"))).toEqual([]);
    expect(names).toContain("report.html");
  });
});

describe("usage", () => {
  test.each([
    [["nonsense"], /no command "nonsense"/],
    [["study"], /needs --prediction FILE and --target FILE/],
    [["study", "noSuchLoss", "--sample", "lesion"], /no loss "noSuchLoss"/],
    [["study", "--sample", "cat"], /--sample is "cat"/],
    [["study", "--sample", "lesion", "--size", "many"], /--size is "many"/],
    [["study", "--sample", "lesion", "--options", "{"], /--options is "\{"/],
    [["losses", "--wrong"], /--wrong/],
    [["gradcheck", "--seed", "-1"], /seed/],
  ])("%j: exit code 2 and one line", async (args, message) => {
    const run = await segtape(...args);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(message);
    expect(run.err.trim().split("\n")).toHaveLength(1);
  });

  test.each(["study", "losses", "gradcheck", "doctor"])("%s --help has examples", async (name) => {
    const run = await segtape(name, "--help");
    expect(run.code).toBe(0);
    expect(run.out).toContain(`Usage: segtape ${name}`);
    expect(run.out).toContain("Examples:");
  });

  test("no command: the help, and exit code 2", async () => {
    const run = await segtape();
    expect(run.code).toBe(2);
    expect(run.out).toContain("Commands:");
  });
});

describe("losses, gradcheck, doctor", () => {
  test("losses lists the catalogue, as text and as JSON", async () => {
    const [text, json] = [await segtape("losses"), await segtape("losses", "--json")];
    for (const name of Object.keys(losses)) expect(text.out).toContain(name);
    expect(JSON.parse(json.out).map((one: { name: string }) => one.name)).toEqual(Object.keys(losses));
  });

  test("gradcheck passes, and says so", async () => {
    const run = await segtape("gradcheck", "dice", "hausdorffDistance", "--order", "2", "--json");
    expect(run.code).toBe(0);
    const rows = JSON.parse(run.out);
    expect(rows).toHaveLength(2);
    expect(rows.every((row: { ok: boolean; error: number }) => row.ok && row.error < 1e-6)).toBe(true);
  });

  test("doctor examines every executor", async () => {
    const run = await segtape("doctor", "--json");
    expect(run.code).toBe(0);
    const findings = JSON.parse(run.out) as {
      id: string;
      available: boolean;
      error?: number;
      reason: string;
    }[];
    for (const id of ["reference", "cpu", "webasm"]) {
      expect(findings.find((one) => one.id === id)).toMatchObject({ available: true });
    }
    for (const one of findings) {
      if (one.available) expect(one.error).toBeLessThan(1e-4);
      else expect(one.reason).not.toBe("");
    }
  });
});

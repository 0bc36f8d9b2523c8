// Packs the package, installs the tarball in an empty folder and uses it as a stranger would: plain Node, then strict TypeScript.
// Needs a built dist/. Nothing of gpu.js's optional native parts is built (--ignore-scripts).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "segtape-smoke-"));

/** Runs a program; its output is shown only when it fails. */
function run(command, args, cwd = folder) {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    console.error(`smoke: ${command} ${args.join(" ")} failed\n${error.stdout ?? ""}${error.stderr ?? ""}`);
    throw new Error(`smoke: ${command} failed`);
  }
}

/** Starts the installed studio, asks for its page and what that asks for, and ends it as Ctrl-C does. */
async function visitStudio() {
  const program = join(folder, "node_modules", "segtape", "dist", "cli.js");
  const studio = spawn(process.execPath, [program, "studio", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(studio, "exit");
  try {
    const [said] = await Promise.race([once(studio.stdout, "data"), ended]);
    const [address] = JSON.parse(String(said)).addresses;
    const page = await (await fetch(address)).text();
    if (!page.includes("<title>segtape studio</title>"))
      throw new Error(`smoke: the studio's page is ${page}`);
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
    for (const file of [...files, "engine.js", "worker.js", "learn/diceLoss.json", "LICENSES.txt"]) {
      const { status } = await fetch(new URL(file, address));
      if (status !== 200) throw new Error(`smoke: the studio answers ${status} for ${file}`);
    }
  } finally {
    studio.kill("SIGINT");
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`smoke: after Ctrl-C the studio ends with ${code}`);
}

try {
  for (const entry of Object.values(manifest.exports)) {
    for (const file of typeof entry === "string" ? [entry] : Object.values(entry)) {
      if (!existsSync(join(root, file)))
        throw new Error(`smoke: package.json exports ${file}, which is not built`);
    }
  }

  const [packed] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root),
  );
  const dependencies = { segtape: `file:./${packed.filename}` };
  const overrides = manifest.overrides;
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "smoke", private: true, type: "module", dependencies, overrides }, null, 2),
  );
  // The optional gl is left out: segtape must work without it.
  run("npm", [
    "install",
    "--prefer-offline",
    "--ignore-scripts",
    "--omit=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);

  writeFileSync(
    join(folder, "plain.mjs"),
    `import { diceLoss, grad, tensor } from "segtape";
const prediction = tensor([2, -1, 0.5, -3], [1, 1, 2, 2]);
const target = tensor([1, 0, 1, 0], [1, 1, 2, 2]);
const value = await diceLoss(prediction, target).item();
const slope = await grad((p) => diceLoss(p, target))(prediction).data();
if (!(value > 0 && value < 1)) throw new Error("diceLoss gave " + value);
if (slope.length !== 4 || !slope.every(Number.isFinite)) throw new Error("its gradient is " + slope);
console.log("diceLoss", value.toFixed(6), "gradient", Array.from(slope, (g) => g.toFixed(4)).join(" "));
for (const entry of ["segtape/io", "segtape/study", "segtape/metrics", "segtape/optim"]) await import(entry);
const { unet } = await import("segtape/nn");
const { fit } = await import("segtape/train");
const image = Float32Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 1 : 0));
const sample = { name: "half", image, channels: 1, size: [16, 16], target: Uint8Array.from(image) };
const model = unet({ depth: 2, baseChannels: 4 });
const { state } = await fit(model, { train: [sample] }, diceLoss, { steps: 20, batchSize: 1 });
if (state.step !== 20) throw new Error("fit took " + state.step + " steps");
`,
  );
  const said = run("node", ["plain.mjs"]).trim();

  writeFileSync(
    join(folder, "consumer.ts"),
    `import { diceLoss, grad, SegtapeError, type Tensor, tensor } from "segtape";
import * as io from "segtape/io";
import * as metrics from "segtape/metrics";
import { type Module, unet } from "segtape/nn";
import * as optim from "segtape/optim";
import * as study from "segtape/study";
import * as train from "segtape/train";
const prediction: Tensor = tensor(new Float32Array(4), [1, 1, 2, 2]);
const target: Tensor = tensor([1, 0, 1, 0], [1, 1, 2, 2]);
export const value: Promise<number> = diceLoss(prediction, target, { smooth: 1 }).item();
export const slope: Tensor = grad((p: Tensor) => diceLoss(p, target))(prediction);
export const failure: Error = new SegtapeError("smoke");
export const entries: object[] = [io, study, metrics, optim, train];
export const model: Module = unet({ depth: 2 });
// @ts-expect-error a loss takes tensors
diceLoss("no", target);
`,
  );
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2022"],
    module: "nodenext",
    moduleResolution: "nodenext",
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  run("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);

  run("npx", ["--no-install", "segtape", "--version"]);
  await visitStudio();
  const kilobytes = (packed.size / 1024).toFixed(0);
  console.log(
    `smoke: tarball ${kilobytes} kB, ${packed.entryCount} files; plain Node: ${said}; strict TypeScript: clean; the studio is served`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

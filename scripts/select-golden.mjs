// Makes the bundled golden data, test/golden/data, from a folder of fixtures:
//   node scripts/select-golden.mjs FIXTURES [--check]
// Every case of every family that has a mapping (test/golden/cases/*.ts) is kept, with its value; gradients
// of more than 64 elements are kept as checksums; inputs of more than 8192 elements are left out.
// Tables of peers' own tests (*-tables.json) are turned into cases of the same form.
// --check writes nothing and fails where the bundled data are not what the fixtures give.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MOST_GRADIENT = 64;
const MOST_INPUT = 8192;

const root = fileURLToPath(new URL("../test/golden/", import.meta.url));
const [folder, flag] = process.argv.slice(2);
if (folder === undefined || (flag !== undefined && flag !== "--check")) {
  process.stderr.write("usage: node scripts/select-golden.mjs FIXTURES [--check]\n");
  process.exit(2);
}

const load = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** Checksums with all digits: those of the fixtures' own, or of the gradient. */
function checksums(gradient) {
  let [l1, squares, dot] = [0, 0, 0];
  gradient.forEach((g, i) => {
    const value = Number(g);
    l1 += Math.abs(value);
    squares += value * value;
    dot += value * (((i * 7919) % 1009) / 1009 - 0.5);
  });
  return Object.fromEntries(
    Object.entries({ l1, l2: Math.sqrt(squares), dot }).map(([name, x]) => [
      name,
      Number.isFinite(x) ? Number(x.toPrecision(12)) : String(x),
    ]),
  );
}

function selectCase(c) {
  const { id, loss, source, params, reduction, kind, layout, shape, pred, predKind, target, targetKind } = c;
  const kept = {
    id,
    loss,
    source: { peer: source.peer, function: source.function },
    params,
    reduction,
    kind,
    layout,
    shape,
    pred,
    predKind,
    target,
    targetKind,
  };
  if (!Array.isArray(c.value) || c.value.length <= MOST_INPUT) kept.value = c.value;
  if (c.grad && c.grad.length <= MOST_GRADIENT) kept.grad = c.grad;
  else if (c.gradChecksums) kept.gradChecksums = c.gradChecksums;
  else if (c.grad) kept.gradChecksums = checksums(c.grad);
  return kept;
}

/** One row of a table as a case and its input. */
function fromRow({ file, name, peer, fn, params, predKind, layout, input, target, expected, tolerance }) {
  const shapeOf = (x) => (Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : []);
  const id = `${file}/${name}`;
  const shape = shapeOf(input);
  const labelled = params.to_onehot_y === true;
  const data = { layout, shape, [predKind]: input.flat(Infinity) };
  if (labelled)
    Object.assign(data, { labels: target.flat(Infinity), labelShape: [shape[0], ...shape.slice(2)] });
  else data.mask = target.flat(Infinity);
  inputs[id] = data;
  const value = Array.isArray(expected) ? expected.flat(Infinity) : expected;
  return {
    id,
    loss: file,
    source: { peer, function: fn },
    params,
    reduction: params.reduction ?? "mean",
    kind: "loss",
    layout,
    shape,
    pred: id,
    predKind,
    target: id,
    targetKind: labelled ? "labels" : "mask",
    value,
    tolerance,
  };
}

const tables = {
  "monai-tables": ({ cases }) =>
    cases.map(({ file, index, params, input, target, expected, rtol, atol }) => {
      const fn = file.split("/").pop().replace(".py", "");
      const activated = params.sigmoid || params.softmax || params.other_act || fn === "test_focal_loss";
      return fromRow({
        file: "monai-tables",
        name: `${fn}/${index}`,
        peer: "monai",
        fn,
        params,
        predKind: activated ? "logit" : "prob",
        layout: "NCHW",
        input,
        target,
        expected,
        tolerance: { relative: rtol, absolute: Math.max(atol, 1e-6) },
      });
    }),
  "segme-tables": ({ ssim, ms_ssim, boundary_binary }) => {
    const row = {
      file: "segme-tables",
      peer: "segme",
      predKind: "prob",
      layout: "NHWC",
      tolerance: { relative: 1e-6, absolute: 1e-7 },
    };
    const images = ({ y_true, y_pred, ...params }, channel) => ({
      params,
      input: [channel ? y_pred : y_pred.map((line) => line.map((x) => [x]))],
      target: [channel ? y_true : y_true.map((line) => line.map((x) => [x]))],
    });
    const { logits, labels, expected } = boundary_binary;
    return [
      { ...row, ...images(ssim, true), name: "ssim", fn: "ssim", expected: ssim.expected_tf_image_ssim },
      {
        ...row,
        ...images(ms_ssim, false),
        name: "ms_ssim",
        fn: "ms_ssim",
        expected: ms_ssim.expected,
        // Computed in float32, where differences of squares lose digits.
        tolerance: { relative: 1e-5, absolute: 1e-7 },
      },
      {
        ...row,
        predKind: "logit",
        params: {},
        input: logits,
        target: labels,
        name: "boundary_binary",
        fn: "boundary_binary",
        expected,
      },
    ].map(fromRow);
  },
};

const families = readdirSync(join(root, "cases"))
  .filter((name) => name.endsWith(".ts") && !["index.ts", "reasons.ts", "shared.ts"].includes(name))
  .map((name) => name.slice(0, -3))
  .sort();
const { inputs } = load("inputs");
const files = {};
const used = new Set();
for (const family of families) {
  const rows = load(family);
  const cases = family in tables ? tables[family](rows) : rows.map(selectCase);
  for (const { pred, target } of cases) used.add(pred).add(target);
  files[`${family}.json`] = `[\n${cases.map((c) => JSON.stringify(c)).join(",\n")}\n]\n`;
}
const lines = [...used]
  .sort()
  .filter((id) => sizeOf(inputs[id].shape) <= MOST_INPUT)
  .map((id) => {
    const { layout, shape, prob, logit, mask, labels, labelShape } = inputs[id];
    const kept = { layout, shape, prob, logit, mask, labels, labelShape };
    return `${JSON.stringify(id)}: ${JSON.stringify(kept)}`;
  });
files["inputs.json"] = `{ "inputs": {\n${lines.join(",\n")}\n} }\n`;

const data = join(root, "data");
mkdirSync(data, { recursive: true });
const present = readdirSync(data);
if (flag === "--check") {
  const stale = Object.keys(files).filter(
    (name) => !present.includes(name) || readFileSync(join(data, name), "utf8") !== files[name],
  );
  const extra = present.filter((name) => !(name in files));
  if (stale.length + extra.length > 0) {
    process.stderr.write(`test/golden/data is out of date: ${[...stale, ...extra].join(", ")}\n`);
    process.exit(1);
  }
} else {
  for (const name of present) if (!(name in files)) rmSync(join(data, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, name), text);
  const bytes = Object.values(files).reduce((n, text) => n + text.length, 0);
  process.stdout.write(
    `${families.length} families, ${lines.length} inputs, ${Math.round(bytes / 1024)} KiB\n`,
  );
}

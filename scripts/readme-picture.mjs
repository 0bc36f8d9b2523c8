// Remakes docs/images/report.png, the picture in the README: `npm run build && node scripts/readme-picture.mjs`. Needs Chromium.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { losses, setBackend } from "../dist/index.js";
import { encodePng } from "../dist/io.js";
import { gradientChart, lesionPhantom, lossChart, runStudy, studyReport } from "../dist/study.js";

const SHOWN = [
  "binaryCrossEntropyLoss",
  "focalLoss",
  "diceLoss",
  "focalTverskyLoss",
  "hausdorffDistanceLoss",
  "ssimLoss",
];
const CHARTED = ["binaryCrossEntropyLoss", "focalLoss", "diceLoss"];

await setBackend("cpu");
const { prediction, target, image, width, height } = lesionPhantom({ size: 256 });
const pair = { prediction, target: Float64Array.from(target), width, height };
const studied = await runStudy(pair, {
  losses: SHOWN.map((name) => losses[name]),
  margin: 1e-6,
  gradcheck: false,
});
const facts = { title: "", created: "", version: "", backend: { asked: "", ran: "", device: "" }, notes: [] };
const report = studyReport(pair, studied, { ...facts, predictionName: "", targetName: "" });

const uri = (png) => `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
const figure = (png, caption) =>
  `<figure><img src="${uri(png)}"><figcaption>${caption}</figcaption></figure>`;
const grey = encodePng({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(image, (x) => Math.round(255 * x)),
});
const top = [
  figure(grey, "image"),
  figure(report.prediction.png, "prediction"),
  figure(report.target.png, "target"),
  figure(report.errorMap.png, "error"),
];
const maps = studied.map((loss) => figure(loss.gradientPng, loss.title));
const charts = CHARTED.map((name) => studied.find((loss) => loss.name === name)).map(
  (loss) =>
    `<div><h2>${loss.title}</h2><div class="pair">${lossChart(loss.curves, { id: `${loss.name}-l`, standalone: true })}` +
    `${gradientChart(loss.curves, { id: `${loss.name}-g`, standalone: true })}</div></div>`,
);
const html = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; padding: 26px 30px; width: 1140px; background: #fff; color: #1b1f24; font: 15px system-ui, sans-serif; }
  h1 { font-size: 15px; font-weight: 600; margin: 18px 0 8px; } h2 { font-size: 14px; margin: 0 0 2px; font-weight: 600; }
  .row { display: grid; gap: 14px; } .four { grid-template-columns: repeat(4, 1fr); width: 756px; }
  .six { grid-template-columns: repeat(6, 1fr); } .three { grid-template-columns: repeat(3, 1fr); gap: 26px; }
  figure { margin: 0; } img { width: 100%; display: block; border: 1px solid #d8dee4; border-radius: 6px; }
  figcaption { padding: 5px 2px; color: #57606a; font-size: 13px; } .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; }
  svg { width: 100%; height: auto; }
</style><div class="row four">${top.join("")}</div>
<h1>What each loss would do to each pixel: d loss / d logit, red down, blue up</h1><div class="row six">${maps.join("")}</div>
<h1>Loss and gradient against the predicted probability</h1><div class="row three">${charts.join("")}</div>`;

const folder = mkdtempSync(join(tmpdir(), "segtape-picture-"));
try {
  writeFileSync(join(folder, "page.html"), html);
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
  ];
  const shot = join(folder, "shot.png");
  execFileSync(
    "chromium",
    [...flags, "--window-size=1200,700", `--screenshot=${shot}`, `file://${folder}/page.html`],
    {
      stdio: "ignore",
    },
  );
  writeFileSync("docs/images/report.png", readFileSync(shot));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

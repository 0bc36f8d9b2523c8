/** A study with made-up losses, for the tests of the report: no loss of the library takes part. */
import { encodePng } from "../../src/io/png-encode.ts";
import { gradientImage } from "../../src/study/colormap.ts";
import { lesionPhantom } from "../../src/study/phantom.ts";
import type { LossCurves, StudyLoss, StudyReport } from "../../src/study/types.ts";

const probability = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** Curves from a loss of foreground and its slope by the probability; background is the mirror image. */
function curves(loss: (p: number) => number, slope: (p: number) => number): LossCurves {
  const pull = (p: number) => p * (1 - p) * slope(p);
  return {
    probability,
    loss: { background: probability.map((p) => loss(1 - p)), foreground: probability.map(loss) },
    gradient: {
      background: probability.map((p) => -pull(1 - p)),
      foreground: probability.map(pull),
    },
  };
}

const refusal =
  "msSsimLoss: prediction is [1, 1, 128, 128], expected at least 161 pixels along every spatial axis";

/** A report of six losses on a phantom; two of them did not run. */
export function madeUpReport(size = 256): StudyReport {
  const { width, height, image, target, prediction } = lesionPhantom({ size });
  const grey = (map: ArrayLike<number>) => {
    const data = Uint8Array.from(map, (value) => Math.round(255 * value));
    return encodePng({ width, height, channels: 1, data });
  };
  const picture = (map: ArrayLike<number>, limit?: number) => {
    const { data, limit: used } = gradientImage(map, width, height, limit === undefined ? {} : { limit });
    return { png: encodePng({ width, height, channels: 3, data }), limit: used };
  };
  const pixels = width * height;
  const foreground = target.reduce((sum, value) => sum + value, 0);
  const total = prediction.reduce((sum, value) => sum + value, foreground);
  const overlap = prediction.reduce((sum, value, i) => sum + value * target[i], 0);

  const measured = (
    about: Pick<
      StudyLoss,
      "name" | "title" | "family" | "summary" | "formula" | "latex" | "source" | "options"
    >,
    value: number,
    gradient: (p: number, t: number) => number,
    chart: LossCurves,
  ): StudyLoss => {
    const map = prediction.map((p, i) => gradient(p, target[i]));
    const gradientMax = map.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const { png, limit } = picture(map);
    return {
      ...about,
      status: "ok",
      value,
      gradientNorm: Math.sqrt(map.reduce((sum, g) => sum + g * g, 0)),
      gradientMax,
      vanishingShare: map.filter((g) => Math.abs(g) <= 1e-3 * gradientMax).length / pixels,
      gradcheckError: 3.1e-9,
      milliseconds: 0.84,
      plan: { nodes: 38, kernels: 2, bytes: 786_432 },
      gradientPng: png,
      gradientLimit: limit,
      curves: chart,
    };
  };

  const losses: StudyLoss[] = [
    measured(
      {
        name: "binaryCrossEntropyLoss",
        title: "Binary cross-entropy",
        family: "distribution",
        summary: "Mean surprise of every pixel's label under the prediction.",
        formula: "L = −mean[ g log p + (1 − g) log(1 − p) ]",
        latex: "L = -\\frac{1}{N}\\sum_i \\left[g_i \\log p_i + (1-g_i)\\log(1-p_i)\\right]",
        source: "Jadon 2020, eq. 1",
        options: { reduction: "mean", labelSmoothing: 0 },
      },
      0.05821,
      (p, t) => (p - t) / pixels,
      curves(
        (p) => -Math.log(p),
        (p) => -1 / p,
      ),
    ),
    measured(
      {
        name: "diceLoss",
        title: "Dice",
        family: "region",
        summary:
          "One minus the soft overlap of prediction and target: small objects weigh as much as large ones.",
        formula: "L = 1 − (2 Σ p g + s) / (Σ p + Σ g + s)",
        latex: "L = 1 - \\frac{2\\sum p g + s}{\\sum p + \\sum g + s}",
        source: "Milletari et al. 2016; Sudre et al. 2017",
        options: { smooth: 1, squared: false, log: false, aggregate: "image", classWeights: null },
      },
      1 - (2 * overlap) / total,
      (p, t) => p * (1 - p) * ((2 * overlap) / total ** 2 - (2 * t) / total),
      curves(
        (p) => 1 - (2 * p) / (1 + p),
        (p) => -2 / (1 + p) ** 2,
      ),
    ),
    measured(
      {
        name: "focalLoss",
        title: "Focal",
        family: "distribution",
        summary: "Cross-entropy that turns away from pixels which are already right.",
        formula: "L = −mean[ α g (1 − p)^γ log p + (1 − α)(1 − g) p^γ log(1 − p) ]",
        latex: "L = -\\alpha_t (1-p_t)^\\gamma \\log p_t",
        source: "Lin et al. 2017, eq. 5",
        options: { alpha: 0.25, gamma: 2 },
      },
      0.00418,
      (p, t) => {
        const right = t ? p : 1 - p;
        const pull = (1 - right) ** 2 * (2 * right * Math.log(right) - (1 - right));
        return ((t ? 0.25 : -0.75) * pull) / pixels;
      },
      curves(
        (p) => -0.25 * (1 - p) ** 2 * Math.log(p),
        (p) => 0.25 * (2 * (1 - p) * Math.log(p) - (1 - p) ** 2 / p),
      ),
    ),
    measured(
      {
        name: "brierLoss",
        title: "Squared error & <friends>",
        family: "distribution",
        summary: "Lets go of sure mistakes: the sigmoid's slope takes the pull away at both ends.",
        formula: "L = mean (p − g)²\n∂L/∂x = 2 (p − g) p (1 − p) / N",
        latex: "",
        source: "Brier 1950",
        options: {},
      },
      0.01377,
      (p, t) => (2 * (p - t) * p * (1 - p)) / pixels,
      curves(
        (p) => (1 - p) ** 2,
        (p) => -2 * (1 - p),
      ),
    ),
  ];
  const unmeasured = {
    latex: "",
    options: { windowSize: 11, sigma: 1.5 },
    formula: "L = 1 − Π csₘ^βₘ · ssim_M^β_M",
  };
  losses.push(
    {
      ...unmeasured,
      name: "msSsimLoss",
      title: "Multi-scale SSIM",
      family: "structure",
      summary: "One minus the structural similarity over five scales.",
      source: "Wang, Simoncelli and Bovik 2003",
      status: "refused",
      message: refusal,
    },
    {
      ...unmeasured,
      name: "brokenLoss",
      title: "A loss that broke",
      family: "boundary",
      summary: "Shows what a failure looks like.",
      source: "none",
      status: "failed",
      message: 'KernelError: <script>alert("no")</script> is no kernel',
    },
  );
  return {
    title: "Six losses on a lesion phantom",
    created: "2025-11-23T21:40:12.345Z",
    version: "0.1.0",
    backend: { asked: "auto", ran: "wasm", device: "SIMD, 2 threads" },
    image: { name: "lesion phantom, seed 7", png: grey(image) },
    prediction: {
      name: "made-up network",
      png: grey(prediction),
      min: prediction.reduce((a, b) => Math.min(a, b)),
      max: prediction.reduce((a, b) => Math.max(a, b)),
    },
    target: { name: "all lesions", png: grey(target), foregroundShare: foreground / pixels },
    errorMap: {
      png: picture(
        prediction.map((p, i) => p - target[i]),
        1,
      ).png,
    },
    width,
    height,
    losses,
    notes: [
      "No hardware GPU was found; auto chose wasm.",
      "Gradients were checked on a part of 48 × 48 pixels.",
    ],
  };
}

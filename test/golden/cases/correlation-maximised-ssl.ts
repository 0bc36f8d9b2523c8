import type { Family } from "../format.ts";

export const correlationMaximisedSsl: Family = {
  file: "correlation-maximised-ssl",
  counts: { matched: 0, listed: 12 },
  rules: [
    {
      peer: "anon-ssl-a",
      fn: "StructuralSimilarityLoss",
      listed:
        "picks pixels by an error above 0.3 instead of a share of the largest, averages each pixel's own " +
        "variance, and widens its Gaussian by the square root of 2",
    },
    {
      peer: "anon-ssl-b",
      fn: "ssl",
      listed: "crosses the means: the target is centred with the prediction's mean, and the other way round",
    },
  ],
};

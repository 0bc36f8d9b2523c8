"""Writes values.json: metrics of small label maps, straight from their definitions.

    python3 test/metrics/golden/make.py

Overlap by boolean masks, correlation by numpy.corrcoef, distances between borders by brute force over all pairs of
border pixels, percentiles by numpy.percentile, calibration by explicit bins. Needs numpy alone.
"""
import itertools
import json
import pathlib

import numpy as np

OVERLAP = ["dice", "iou", "sensitivity", "specificity", "precision", "accuracy", "balancedAccuracy"]


def smooth_field(rng, size):
    field = rng.normal(size=size)
    for axis, _ in itertools.product(range(len(size)), range(3)):
        padded = np.concatenate([field.take([0], axis), field, field.take([-1], axis)], axis)
        field = sum(padded.take(range(i, i + size[axis]), axis) for i in range(3)) / 3
    return field / field.std()


def label_maps(rng, size, classes, noise):
    """A target of smooth regions, class probabilities near it, and the most probable classes."""
    scores = np.stack([smooth_field(rng, size) for _ in range(classes)])
    target = scores.argmax(0)
    wrong = scores + noise * np.stack([smooth_field(rng, size) for _ in range(classes)])
    wrong += 0.1 * rng.normal(size=wrong.shape)
    exponentials = np.exp(3 * wrong)
    probabilities = np.round(exponentials / exponentials.sum(0), 6)
    return target, probabilities, probabilities.argmax(0)


def border(mask):
    """Pixels of the mask that have a neighbour along an axis outside it or outside the image."""
    result = np.zeros_like(mask)
    for index in zip(*np.nonzero(mask)):
        for axis, step in itertools.product(range(mask.ndim), (-1, 1)):
            near = list(index)
            near[axis] += step
            if not 0 <= near[axis] < mask.shape[axis] or not mask[tuple(near)]:
                result[index] = True
    return result


def directed(source, target, spacing):
    """From each border pixel of one mask to the nearest of the other: all pairs."""
    a = np.argwhere(border(source)) * np.asarray(spacing)
    b = np.argwhere(border(target)) * np.asarray(spacing)
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)).min(1)


def metrics_of_class(predicted, present, counts, spacing, percentile, tolerance):
    p, g = predicted[counts], present[counts]
    tp, fp, fn, tn = (p & g).sum(), (p & ~g).sum(), (~p & g).sum(), (~p & ~g).sum()
    found = {
        "dice": 2 * tp / (p.sum() + g.sum()),
        "iou": tp / (p | g).sum(),
        "sensitivity": tp / g.sum(),
        "specificity": tn / (~g).sum(),
        "precision": tp / p.sum(),
        "accuracy": (p == g).mean(),
        "balancedAccuracy": (tp / g.sum() + tn / (~g).sum()) / 2,
        "matthewsCorrelation": np.corrcoef(p, g)[0, 1],
    }
    to_target = directed(predicted & counts, present & counts, spacing)
    to_prediction = directed(present & counts, predicted & counts, spacing)
    found["hausdorff95"] = max(np.percentile(to_target, percentile), np.percentile(to_prediction, percentile))
    found["averageSurfaceDistance"] = np.concatenate([to_target, to_prediction]).mean()
    # Differences of coordinates are rounded: a distance of the tolerance is within it.
    limit = tolerance + 1e-9
    right, recalled = (to_target <= limit).mean(), (to_prediction <= limit).mean()
    found["boundaryF1"] = 0 if right + recalled == 0 else 2 * right * recalled / (right + recalled)
    return found


def calibration(confidence, hit, bins):
    """Bins are open below and closed above; 0 belongs to the first."""
    edges = np.arange(bins + 1) / bins
    error = 0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high) | ((low == 0) & (confidence == 0))
        if inside.any():
            error += inside.mean() * abs(hit[inside].mean() - confidence[inside].mean())
    return error


def case(name, seed, size, classes, noise, spacing=1, percentile=95, tolerance=2, bins=15, ignored=0.0):
    rng = np.random.default_rng(seed)
    target, probabilities, prediction = label_maps(rng, size, classes, noise)
    counts = rng.random(size) >= ignored
    steps = [spacing] * len(size) if np.isscalar(spacing) else spacing
    per_class = [
        metrics_of_class(prediction == c, target == c, counts, steps, percentile, tolerance) for c in range(classes)
    ]
    expected = {metric: [values[metric] for values in per_class] for metric in per_class[0]}
    expected["calibrationError"] = [
        calibration(probabilities[c][counts], target[counts] == c, bins) for c in range(classes)
    ]
    whole = {
        "pixelAccuracy": (prediction == target)[counts].mean(),
        "expectedCalibrationError": calibration(
            probabilities.max(0)[counts], (prediction == target)[counts], bins
        ),
    }
    options = {"classes": classes, "size": list(size), "spacing": spacing}
    options |= {"percentile": percentile, "tolerance": tolerance, "bins": bins}
    if ignored > 0:
        options["ignoreIndex"] = 255
    shown = np.where(counts, target, 255)
    return {
        "name": name,
        "options": options,
        "prediction": prediction.ravel().tolist(),
        "target": shown.ravel().tolist(),
        "probabilities": probabilities.ravel().tolist(),
        "perClass": {metric: [float(v) for v in values] for metric, values in expected.items()},
        "whole": {metric: float(value) for metric, value in whole.items()},
    }


CASES = [
    case("binary", 1, (24, 20), 2, 0.6),
    case("binary, other options", 1, (24, 20), 2, 0.6, spacing=0.7, percentile=100, tolerance=0.7, bins=4),
    case("three classes with spacing", 2, (18, 26), 3, 0.5, spacing=[0.5, 1.5], percentile=50, tolerance=1.5),
    case("four classes, some pixels ignored", 3, (21, 21), 4, 0.4, ignored=0.1),
    case("binary in 3-D", 4, (6, 9, 8), 2, 0.5, spacing=[3, 1, 1.25], tolerance=1.25, bins=10),
    case("three classes in 3-D, some pixels ignored", 5, (7, 8, 9), 3, 0.4, spacing=[2, 1, 1], ignored=0.05),
    case("a line", 6, (40,), 2, 0.5, spacing=[0.25], tolerance=0.5),
]

if __name__ == "__main__":
    for one in CASES:
        assert all(np.isfinite(values).all() for values in one["perClass"].values()), one["name"]
    path = pathlib.Path(__file__).with_name("values.json")
    path.write_text("[\n" + ",\n".join(json.dumps(one) for one in CASES) + "\n]\n")
    print(f"{path.name}: {len(CASES)} cases")

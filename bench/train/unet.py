"""The U-Net of the training benchmark in PyTorch, to compare with: speed of a step, and quality on real images.

    python3 bench/train/unet.py step --threads 2
    python3 bench/train/unet.py membrane --data DIR --loss dice --seed 1

`step` times one training step: U-Net on [4, 1, 128, 128], Dice on the sigmoid, backward, Adam. It prints the median in
milliseconds, with quartiles.

`membrane` trains on the slices 00 to 23 of a folder with image/NN.png and label/NN.png (ISBI 2012; 255 = cell, 0 =
membrane), and judges the whole slices 24 to 28: the Dice of cells and of membranes at a threshold of 0.5, each of all
pixels together and as the mean over slices. `--invert` makes membranes the foreground that is learned.

Both print one line of JSON. Needs torch and numpy; `membrane` needs Pillow too. Tried with torch 1.13.
"""
import argparse
import json
import pathlib
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

PARAMETERS = 117_985


def double(inputs, outputs):
    """Two 3x3 convolutions, each with ReLU; the size stays."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    """Three levels of 16, 32 and 64 channels, nearest upsampling, one channel in, logits of one channel out."""

    def __init__(self, base=16):
        super().__init__()
        self.first = double(1, base)
        self.second = double(base, 2 * base)
        self.bottom = double(2 * base, 4 * base)
        self.up_second = double(4 * base + 2 * base, 2 * base)
        self.up_first = double(2 * base + base, base)
        self.head = nn.Conv2d(base, 1, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                # He's initialisation, as segtape has it by default.
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)

    def forward(self, x):
        first = self.first(x)
        second = self.second(F.max_pool2d(first, 2))
        bottom = self.bottom(F.max_pool2d(second, 2))
        second = self.up_second(torch.cat([F.interpolate(bottom, scale_factor=2), second], 1))
        first = self.up_first(torch.cat([F.interpolate(second, scale_factor=2), first], 1))
        return self.head(first)


def dice_loss(logits, target, smooth=1.0):
    """One minus soft Dice of each image, then the mean: segtape's diceLoss with its defaults."""
    p = torch.sigmoid(logits).flatten(1)
    g = target.flatten(1)
    overlap = (p * g).sum(1)
    return (1 - (2 * overlap + smooth) / (p.sum(1) + g.sum(1) + smooth)).mean()


LOSSES = {"dice": dice_loss, "bce": F.binary_cross_entropy_with_logits}


def network():
    model = UNet()
    count = sum(p.numel() for p in model.parameters())
    assert count == PARAMETERS, count
    return model


def train_step(model, optimizer, loss_of, images, masks):
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(model(images), masks)
    loss.backward()
    optimizer.step()
    # Read, as who trains reads it: the step is over when its loss is known.
    return loss.item()


def discs(rng, batch, size):
    """Discs, and noise with a disc in it."""
    y, x = np.mgrid[:size, :size]
    masks = np.zeros((batch, 1, size, size), np.float32)
    for mask in masks[:, 0]:
        cy, cx = rng.uniform(0.3 * size, 0.7 * size, 2)
        mask[np.hypot(x - cx, y - cy) < rng.uniform(0.12, 0.27) * size] = 1
    images = 0.3 + 0.4 * masks + rng.normal(0, 0.2, masks.shape)
    return torch.from_numpy(images.astype(np.float32)), torch.from_numpy(masks)


def run_step(options):
    images, masks = discs(np.random.default_rng(options.seed), options.batch, options.size)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=options.rate)
    times = []
    for step in range(options.warmup + options.steps):
        start = time.perf_counter()
        loss = train_step(model, optimizer, dice_loss, images, masks)
        if step >= options.warmup:
            times.append(1000 * (time.perf_counter() - start))
    low, median, high = np.percentile(times, [25, 50, 75])
    return {
        "parameters": PARAMETERS,
        "shape": list(images.shape),
        "steps": options.steps,
        "medianMs": round(median, 3),
        "quartilesMs": [round(low, 3), round(high, 3)],
        "loss": loss,
    }


def slices(folder, low, high, invert):
    """Images in 0 .. 1 and masks of 0 and 1, [slices, 1, height, width], of the slices low to high that are there."""
    from PIL import Image

    names = [path.name for path in sorted((folder / "image").glob("*.png")) if low <= int(path.stem) <= high]
    if not names:
        raise SystemExit(f"{folder}: no image/NN.png from {low:02} to {high:02}")
    read = lambda kind, name: np.asarray(Image.open(folder / kind / name).convert("L"), np.float32) / 255
    images = torch.from_numpy(np.stack([read("image", name) for name in names])[:, None])
    cells = torch.from_numpy(np.stack([read("label", name) for name in names])[:, None] > 0.5)
    return images, (~cells if invert else cells).float()


def random_crops(rng, images, masks, batch, size):
    """Random crops, flipped and turned by quarters, images and masks alike."""
    picked = []
    for _ in range(batch):
        i = rng.integers(len(images))
        y, x = rng.integers(images.shape[2] - size + 1), rng.integers(images.shape[3] - size + 1)
        pair = torch.cat([images[i, :, y : y + size, x : x + size], masks[i, :, y : y + size, x : x + size]])
        if rng.random() < 0.5:
            pair = pair.flip(2)
        picked.append(torch.rot90(pair, int(rng.integers(4)), (1, 2)))
    pairs = torch.stack(picked)
    return pairs[:, :1].contiguous(), pairs[:, 1:].contiguous()


def dice_of(predicted, present):
    """Of all pixels together, and the mean over slices."""
    p, g = predicted.flatten(1).double(), present.flatten(1).double()
    overlap, area = (p * g).sum(1), p.sum(1) + g.sum(1)
    return {
        "pooled": round((2 * overlap.sum() / area.sum()).item(), 5),
        "mean": round((2 * overlap / area).mean().item(), 5),
    }


def run_membrane(options):
    images, masks = slices(options.data, 0, 23, options.invert)
    rng = np.random.default_rng(options.seed)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=options.rate)
    start = time.perf_counter()
    losses = []
    for _ in range(options.steps):
        batch = random_crops(rng, images, masks, options.batch, options.size)
        losses.append(train_step(model, optimizer, LOSSES[options.loss], *batch))
    seconds = time.perf_counter() - start
    images, masks = slices(options.data, 24, 28, options.invert)
    model.eval()
    with torch.no_grad():
        predicted = torch.cat([torch.sigmoid(model(image[None])) > 0.5 for image in images])
    present = masks > 0.5
    if options.invert:
        predicted, present = ~predicted, ~present
    return {
        "loss": options.loss,
        "foreground": "membranes" if options.invert else "cells",
        "steps": options.steps,
        "seconds": round(seconds, 2),
        "trainingLoss": round(float(np.mean(losses[-50:])), 5),
        "slices": len(images),
        "cells": dice_of(predicted, present),
        "membranes": dice_of(~predicted, ~present),
    }


def count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1")
    return value


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True)
    step = commands.add_parser("step", help="time of a training step")
    membrane = commands.add_parser("membrane", help="quality on electron-microscopy slices")
    for command, steps in ((step, 30), (membrane, 800)):
        command.add_argument("--threads", type=count, default=2, help="threads of torch (default 2)")
        command.add_argument("--steps", type=count, default=steps, help=f"steps (default {steps})")
        command.add_argument("--batch", type=count, default=4, help="images a step (default 4)")
        command.add_argument("--size", type=count, default=128, help="side of images or crops (default 128)")
        command.add_argument("--rate", type=float, default=1e-3, help="learning rate of Adam (default 1e-3)")
        command.add_argument("--seed", type=int, default=1, help="of weights and data (default 1)")
    step.add_argument("--warmup", type=count, default=5, help="steps before the clock runs (default 5)")
    membrane.add_argument("--data", type=pathlib.Path, required=True, help="folder with image/ and label/")
    membrane.add_argument("--loss", choices=sorted(LOSSES), default="dice", help="(default dice)")
    membrane.add_argument("--invert", action="store_true", help="learn membranes instead of cells")
    options = parser.parse_args()
    if options.size % 4:
        parser.error("--size must be a multiple of 4: two poolings halve it twice")
    return options


if __name__ == "__main__":
    options = parse()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    result = run_step(options) if options.command == "step" else run_membrane(options)
    about = {"command": options.command, "torch": torch.__version__, "threads": options.threads, "seed": options.seed}
    print(json.dumps({**about, **result}))

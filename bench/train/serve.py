"""The U-Net of unet.py, trained step by step as another process asks: PyTorch's turns in the training benchmark.

    python3 bench/train/serve.py --weights weights.safetensors --batches batches.safetensors --threads 2

Begins with the weights given (segtape's names) and takes the batches given, `images` and `masks` of [batches, batch, 1,
height, width], one after another and then from the first again. Each line of input, `step N`, is answered by one line of
JSON with milliseconds and loss of each step: {"ms": [...], "losses": [...]}. Begins with a line about itself, ends with
its input. Needs torch and numpy.
"""
import argparse
import json
import pathlib
import struct
import sys
import time

import numpy as np
import torch
from unet import count, dice_loss, network, train_step

# Parts of the network here, and what segtape calls them.
PARTS = {
    "first": "encoder.0",
    "second": "encoder.1",
    "bottom": "bottom",
    "up_second": "decoder.1",
    "up_first": "decoder.0",
}
CONVOLUTIONS = {"0": "conv1", "2": "conv2"}


def read_safetensors(path):
    """Arrays of float32 by name."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise SystemExit(f"{path}: {name} is {entry['dtype']}, expected F32")
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        arrays[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return arrays


def segtape_name(name):
    part, *rest = name.split(".")
    return name if part == "head" else ".".join([PARTS[part], CONVOLUTIONS[rest[0]], rest[1]])


def load(model, weights):
    state = {name: torch.from_numpy(weights.pop(segtape_name(name)).copy()) for name in model.state_dict()}
    if weights:
        raise SystemExit(f"weights: {next(iter(weights))} is none of the network's")
    model.load_state_dict(state)


def serve(options):
    model = network()
    load(model, read_safetensors(options.weights))
    optimizer = torch.optim.Adam(model.parameters(), lr=options.rate)
    batches = read_safetensors(options.batches)
    pairs = list(zip(batches["images"], batches["masks"]))
    say({"torch": torch.__version__, "threads": torch.get_num_threads()})
    at = 0
    for line in sys.stdin:
        command, steps = line.split()
        if command != "step":
            raise SystemExit(f"{command} is no command, expected: step N")
        ms, losses = [], []
        for _ in range(int(steps)):
            # Arrays that nobody has seen yet, as a loader of data would give them.
            images, masks = (array.copy() for array in pairs[at % len(pairs)])
            at += 1
            start = time.perf_counter()
            loss = train_step(model, optimizer, dice_loss, torch.from_numpy(images), torch.from_numpy(masks))
            ms.append(1000 * (time.perf_counter() - start))
            losses.append(loss)
        say({"ms": ms, "losses": losses})


def say(answer):
    print(json.dumps(answer), flush=True)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--weights", type=pathlib.Path, required=True, help="variables by segtape's names")
    parser.add_argument("--batches", type=pathlib.Path, required=True, help="images and masks")
    parser.add_argument("--threads", type=count, default=2, help="threads of torch (default 2)")
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate of Adam (default 1e-3)")
    return parser.parse_args()


if __name__ == "__main__":
    options = parse()
    torch.set_num_threads(options.threads)
    serve(options)

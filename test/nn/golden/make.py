"""Values and gradients of layers by PyTorch in float64, for test/nn/golden.test.ts.

    python3 make.py > values.json        # made with PyTorch 1.13.1

Each case names a layer of segtape/nn with its arguments, and holds an input, variables, an output and the gradients of
sum(output * slope) by the input and by each variable.
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def draw(*shape, low=-1.5, high=1.5):
    """Numbers with three decimals: short to write, the same on both sides."""
    return torch.round((low + (high - low) * torch.rand(shape)) * 1000) / 1000


def apart(*shape):
    """Numbers that all differ: where two are the largest, PyTorch takes the first and segtape half of each."""
    size = torch.Size(shape).numel()
    return (torch.randperm(size).reshape(shape) - size // 2) / 16


def packed(x):
    return {"shape": list(x.shape), "data": x.detach().flatten().tolist()}


cases = []


def case(layer, args, x, variables, forward, training=False, title=None, updates=None, outputs=None):
    """`forward(x, variables)` is PyTorch's own; of `updates` it changes the values in place."""
    x = x.clone().requires_grad_()
    values = {name: value.clone() for name, value in variables.items()}
    trained = [name for name in values if not name.rsplit(".", 1)[-1].startswith("running")]
    for name in trained:
        values[name].requires_grad_()
    result = forward(x, values)
    slope = draw(*result.shape)
    gradients = torch.autograd.grad((result * slope).sum(), [x] + [values[name] for name in trained])
    cases.append(
        {
            "title": title or layer,
            "layer": layer,
            "args": args,
            "training": training,
            "x": packed(x),
            "variables": {name: packed(value) for name, value in variables.items()},
            "output": packed(result),
            "slope": slope.flatten().tolist(),
            "gradients": dict(zip(["x"] + trained, [g.flatten().tolist() for g in gradients])),
            "updates": {} if updates is None else {name: values[name].tolist() for name in updates},
        }
    )


# --- convolutions -------------------------------------------------------------------------------------------------

case(
    "conv2d", [2, 3, 3, {"padding": 1}], draw(2, 2, 4, 5),
    {"weight": draw(3, 2, 3, 3), "bias": draw(3)},
    lambda x, v: F.conv2d(x, v["weight"], v["bias"], padding=1),
)
case(
    "conv2d", [4, 6, [3, 2], {"stride": [2, 1], "padding": [1, 2], "dilation": [1, 2], "groups": 2, "bias": False}],
    draw(1, 4, 5, 4), {"weight": draw(6, 2, 3, 2)},
    lambda x, v: F.conv2d(x, v["weight"], stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
    title="conv2d, all options",
)
case(
    "conv3d", [2, 2, 3, {"padding": "same"}], draw(1, 2, 3, 4, 3),
    {"weight": draw(2, 2, 3, 3, 3), "bias": draw(2)},
    lambda x, v: F.conv3d(x, v["weight"], v["bias"], padding=1),
)
case(
    "convTranspose2d", [3, 2, 2, {"stride": 2}], draw(2, 3, 3, 4),
    {"weight": draw(3, 2, 2, 2), "bias": draw(2)},
    lambda x, v: F.conv_transpose2d(x, v["weight"], v["bias"], stride=2),
)
case(
    "convTranspose2d",
    [4, 6, [3, 2], {"stride": [2, 3], "padding": [1, 0], "outputPadding": [1, 2], "dilation": [1, 2], "groups": 2}],
    draw(1, 4, 3, 4), {"weight": draw(4, 3, 3, 2), "bias": draw(6)},
    lambda x, v: F.conv_transpose2d(
        x, v["weight"], v["bias"], stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2, dilation=(1, 2)
    ),
    title="convTranspose2d, all options",
)
case(
    "convTranspose2d", [2, 2, 2, {"dilation": 3, "outputPadding": 2}], draw(1, 2, 3, 3),
    {"weight": draw(2, 2, 2, 2), "bias": draw(2)},
    lambda x, v: F.conv_transpose2d(x, v["weight"], v["bias"], dilation=3, output_padding=2),
    title="convTranspose2d, output padding below the dilation",
)
case(
    "convTranspose3d", [2, 2, 2, {"stride": 2, "bias": False}], draw(1, 2, 2, 3, 2), {"weight": draw(2, 2, 2, 2, 2)},
    lambda x, v: F.conv_transpose3d(x, v["weight"], stride=2),
)

# --- normalisation ------------------------------------------------------------------------------------------------


def statistics(channels):
    return {"runningMean": draw(channels), "runningVariance": draw(channels, low=0.5)}


def affine(channels):
    return {"weight": draw(channels), "bias": draw(channels)}


for training in (True, False):
    case(
        "batchNorm", [3], draw(2, 3, 3, 2), {**affine(3), **statistics(3)},
        lambda x, v: F.batch_norm(x, v["runningMean"], v["runningVariance"], v["weight"], v["bias"], training),
        training=training,
        title=f"batchNorm, {'training' if training else 'not training'}",
        updates=["runningMean", "runningVariance"] if training else None,
    )
case(
    "batchNorm", [2, {"affine": False, "momentum": 0.3, "epsilon": 0.01}], draw(2, 2, 2, 2, 3), statistics(2),
    lambda x, v: F.batch_norm(x, v["runningMean"], v["runningVariance"], training=True, momentum=0.3, eps=0.01),
    training=True,
    title="batchNorm of volumes, with its options",
    updates=["runningMean", "runningVariance"],
)
case(
    "groupNorm", [2, 4], draw(2, 4, 3, 2), affine(4),
    lambda x, v: F.group_norm(x, 2, v["weight"], v["bias"]),
)
case(
    "instanceNorm", [2], draw(2, 2, 3, 3), affine(2),
    lambda x, v: F.instance_norm(x, weight=v["weight"], bias=v["bias"]),
)
case(
    "instanceNorm", [2, {"affine": False}], draw(1, 2, 2, 3, 2), {}, lambda x, v: F.instance_norm(x),
    title="instanceNorm of volumes, plain",
)

# --- activations, pools, upsampling -------------------------------------------------------------------------------

for layer, args, function in (
    ("relu", [], F.relu),
    ("leakyRelu", [], F.leaky_relu),
    ("leakyRelu", [0.2], lambda x: F.leaky_relu(x, 0.2)),
    ("elu", [], F.elu),
    ("elu", [0.7], lambda x: F.elu(x, 0.7)),
    ("gelu", [], lambda x: F.gelu(x, approximate="tanh")),
    ("silu", [], F.silu),
    ("sigmoid", [], torch.sigmoid),
    ("tanh", [], torch.tanh),
    ("softplus", [], F.softplus),
):
    x = torch.cat([draw(1, 2, 2, 3, low=-4, high=4), torch.zeros(1, 2, 1, 3)], 2)
    case(layer, args, x, {}, lambda x, v: function(x), title=f"{layer}({', '.join(map(str, args))})")
case("prelu", [2], draw(1, 2, 2, 3), {"weight": draw(2)}, lambda x, v: F.prelu(x, v["weight"]))
case("maxPool", [2], apart(1, 2, 4, 4), {}, lambda x, v: F.max_pool2d(x, 2))
case(
    "maxPool", [3, {"stride": 2, "padding": 1}], apart(1, 2, 5, 6), {}, lambda x, v: F.max_pool2d(x, 3, 2, 1),
    title="maxPool, overlapping and padded",
)
case("maxPool", [2], apart(1, 1, 4, 2, 2), {}, lambda x, v: F.max_pool3d(x, 2), title="maxPool of volumes")
case(
    "avgPool", [3, {"stride": 2, "padding": 1}], draw(1, 2, 5, 6), {},
    lambda x, v: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
)
for mode, shape, factor in (
    ("nearest", (1, 2, 2, 3), 2),
    ("linear", (1, 2, 4), 3),
    ("bilinear", (1, 2, 2, 3), 2),
    ("bilinear", (1, 1, 3, 1), 3),
    ("bilinear", (1, 1, 2, 2), 4),
    ("trilinear", (1, 1, 2, 3, 2), 2),
):
    case(
        "upsample", [factor, mode], draw(*shape), {}, lambda x, v: F.interpolate(x, scale_factor=factor, mode=mode),
        title=f"upsample by {factor}, {mode}",
    )

# --- the U-Net, written again in PyTorch --------------------------------------------------------------------------


def block(x, v, name, training, activation):
    for i in (1, 2):
        at = lambda part: v.get(f"{name}.{part}")
        x = F.conv2d(x, at(f"conv{i}.weight"), at(f"conv{i}.bias"), padding=1)
        if at(f"norm{i}.weight") is not None:
            running = at(f"norm{i}.runningMean"), at(f"norm{i}.runningVariance")
            x = F.batch_norm(x, *running, at(f"norm{i}.weight"), at(f"norm{i}.bias"), training)
        x = activation(x)
    return x


def network(x, v, depth, training, activation, rise):
    seen = []
    for level in range(depth - 1):
        x = block(x, v, f"encoder.{level}", training, activation)
        seen.append(x)
        x = F.max_pool2d(x, 2)
    x = block(x, v, "bottom", training, activation)
    for level in reversed(range(depth - 1)):
        x = torch.cat([rise(x, v, f"decoder.{level}.up"), seen[level]], 1)
        x = block(x, v, f"decoder.{level}", training, activation)
    return F.conv2d(x, v["head.weight"], v["head.bias"])


def parameters(channels, classes, widths, batch, transposed):
    v = {}

    def convolutions(name, inputs, outputs):
        for i in (1, 2):
            v[f"{name}.conv{i}.weight"] = draw(outputs, inputs if i == 1 else outputs, 3, 3, low=-0.5, high=0.5)
            if batch:
                for part, value in {**affine(outputs), **statistics(outputs)}.items():
                    v[f"{name}.norm{i}.{part}"] = value
            else:
                v[f"{name}.conv{i}.bias"] = draw(outputs)

    for level, width in enumerate(widths[:-1]):
        convolutions(f"encoder.{level}", ([channels] + widths)[level], width)
        below = widths[level + 1]
        if transposed:
            v[f"decoder.{level}.up.weight"] = draw(below, width, 2, 2)
            v[f"decoder.{level}.up.bias"] = draw(width)
        convolutions(f"decoder.{level}", (width if transposed else below) + width, width)
    convolutions("bottom", widths[-2], widths[-1])
    v["head.weight"], v["head.bias"] = draw(classes, widths[0], 1, 1), draw(classes)
    return v


case(
    "unet", [{"baseChannels": 2}], draw(1, 1, 8, 4), parameters(1, 1, [2, 4, 8], False, False),
    lambda x, v: network(x, v, 3, False, F.relu, lambda y, v, name: F.interpolate(y, scale_factor=2)),
)
for training in (True, False):
    variables = parameters(2, 3, [2, 3], True, True)
    case(
        "unet",
        [{
            "channels": 2, "classes": 3, "baseChannels": [2, 3], "normalization": "batch", "upsampling": "transposed",
            "activation": "elu",
        }],
        draw(2, 2, 4, 6), variables,
        lambda x, v: network(
            x, v, 2, training, F.elu,
            lambda y, v, name: F.conv_transpose2d(y, v[f"{name}.weight"], v[f"{name}.bias"], stride=2),
        ),
        training=training,
        title=f"unet with batch norm and transposed convolutions, {'training' if training else 'not training'}",
        updates=[name for name in variables if ".running" in name] if training else None,
    )
case(
    "unet", [{"depth": 2, "baseChannels": 2, "upsampling": "bilinear"}], draw(1, 1, 4, 4),
    parameters(1, 1, [2, 4], False, False),
    lambda x, v: network(
        x, v, 2, False, F.relu, lambda y, v, name: F.interpolate(y, scale_factor=2, mode="bilinear")
    ),
    title="unet with bilinear upsampling",
)

print("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]")

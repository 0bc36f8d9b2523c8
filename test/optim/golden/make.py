"""Writes trajectories.json: what PyTorch's optimisers and schedulers do, in float64, on a small problem.

    python3 test/optim/golden/make.py

The loss is the binary cross entropy of a logistic regression, plus a bowl of uneven curvature around another point.
Two parameter tensors: weight [4] and bias [1]. Made with torch 1.13.
"""
import json
import pathlib

import torch
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim import SGD, Adam, AdamW, RMSprop
from torch.optim import lr_scheduler as rates

STEPS = 50
KEPT = [1, 2, 3, 5, 10, 15, 20, 30, 40, 50]

PROBLEM = {
    "inputs": [
        [0.5, -1.2, 0.3, 0.8],
        [-0.7, 0.4, 1.1, -0.2],
        [1.5, 0.9, -0.6, 0.1],
        [-0.3, -0.8, 0.7, 1.4],
        [0.2, 1.3, -1.0, -0.9],
        [-1.1, 0.6, 0.4, 0.5],
    ],
    "labels": [1, 0, 1, 0, 1, 1],
    "curvature": {"weight": [0.05, 0.4, 2.0, 0.8], "bias": [0.3]},
    "centre": {"weight": [0.6, -0.4, 0.2, 1.0], "bias": [-0.5]},
    "start": {"weight": [2.0, -1.5, 1.0, -2.5], "bias": [1.25]},
}


def tensors(record):
    return {name: torch.tensor(values, dtype=torch.float64) for name, values in record.items()}


INPUTS = torch.tensor(PROBLEM["inputs"], dtype=torch.float64)
LABELS = torch.tensor(PROBLEM["labels"], dtype=torch.float64)
CURVATURE, CENTRE = tensors(PROBLEM["curvature"]), tensors(PROBLEM["centre"])


def loss_of(parameters):
    logits = INPUTS @ parameters["weight"] + parameters["bias"]
    bowl = sum((CURVATURE[n] * (p - CENTRE[n]) ** 2).sum() / 2 for n, p in parameters.items())
    return binary_cross_entropy_with_logits(logits, LABELS) + bowl


# Ours by name, and PyTorch's call for the same options.
OPTIMIZERS = {
    "sgd": (SGD, {"momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov"}),
    "adam": (Adam, {"epsilon": "eps", "amsgrad": "amsgrad"}),
    "adamW": (AdamW, {"epsilon": "eps", "amsgrad": "amsgrad"}),
    "rmsProp": (RMSprop, {"smoothing": "alpha", "momentum": "momentum", "centered": "centered", "epsilon": "eps"}),
}


def make_optimizer(name, options, parameters, only_weight):
    kind, names = OPTIMIZERS[name]
    given = {names[k]: v for k, v in options.items() if k in names}
    if "beta1" in options or "beta2" in options:
        given["betas"] = (options.get("beta1", 0.9), options.get("beta2", 0.999))
    # PyTorch 1.13 has no default learning rate for SGD; ours is 0.01.
    given["lr"] = options.get("learningRate", 0.01 if name in ("sgd", "rmsProp") else 0.001)
    left = set(options) - set(names) - {"beta1", "beta2", "learningRate", "weightDecay"}
    assert not left, left
    if "weightDecay" in options:
        given["weight_decay"] = options["weightDecay"]
    groups = [{"params": [parameters["weight"]]}, {"params": [parameters["bias"]]}]
    if only_weight:
        groups[1]["weight_decay"] = 0
    return kind(groups, **given)


def make_rate(optimizer, name, o):
    if name == "constant":
        return rates.LambdaLR(optimizer, lambda _: 1)
    if name == "cosine":
        if o.get("restarts"):
            return rates.CosineAnnealingWarmRestarts(
                optimizer, o["steps"], T_mult=o.get("cycleFactor", 1), eta_min=o.get("minimum", 0)
            )
        return rates.CosineAnnealingLR(optimizer, o["steps"], eta_min=o.get("minimum", 0))
    if name == "stepDecay":
        if "at" in o:
            return rates.MultiStepLR(optimizer, o["at"], gamma=o.get("factor", 0.1))
        return rates.StepLR(optimizer, o["every"], gamma=o.get("factor", 0.1))
    if name == "exponential":
        return rates.ExponentialLR(optimizer, gamma=o["factor"] ** (1 / o.get("every", 1)))
    if name == "polynomial":
        return rates.PolynomialLR(optimizer, o["steps"], power=o.get("power", 0.9))
    if name == "warmup":
        rise = rates.LinearLR(optimizer, start_factor=o["from"], total_iters=o["steps"])
        after = make_rate(optimizer, o["schedule"]["name"], o["schedule"]["options"])
        return rates.SequentialLR(optimizer, [rise, after], milestones=[o["steps"]])
    raise ValueError(name)


def run(case):
    options = dict(case["options"])
    schedule = case.get("schedule")
    if schedule is not None:
        options["learningRate"] = base_rate(schedule)
    parameters = {n: p.requires_grad_() for n, p in tensors(PROBLEM["start"]).items()}
    optimizer = make_optimizer(case["optimizer"], options, parameters, case.get("decays") == "weight")
    rate = None if schedule is None else make_rate(optimizer, schedule["name"], schedule["options"])
    if schedule is not None:
        case["rates"] = []
    case["losses"], case["parameters"] = [], {}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss = loss_of(parameters)
        loss.backward()
        if "clipByGlobalNorm" in case:
            torch.nn.utils.clip_grad_norm_(list(parameters.values()), case["clipByGlobalNorm"])
        if "clipByValue" in case:
            torch.nn.utils.clip_grad_value_(list(parameters.values()), case["clipByValue"])
        if rate is not None:
            case["rates"].append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if rate is not None:
            rate.step()
        if step in KEPT:
            case["losses"].append(loss.item())
            case["parameters"][step] = {n: p.tolist() for n, p in parameters.items()}
    return case


def base_rate(schedule):
    options = schedule["options"]
    return base_rate(options["schedule"]) if "schedule" in options else options["learningRate"]


def trajectory(name, optimizer, options, **more):
    return {"name": name, "optimizer": optimizer, "options": options, **more}


MOMENTUM = {"learningRate": 0.05, "momentum": 0.9}
ADAM = {"learningRate": 0.05}
RMS = {"learningRate": 0.02}
SCHEDULES = {
    "constant": ("constant", {"learningRate": 0.05}),
    "cosine": ("cosine", {"learningRate": 0.1, "steps": 60, "minimum": 0.01}),
    "cosine to 0": ("cosine", {"learningRate": 0.1, "steps": 50}),
    "cosine with restarts": ("cosine", {"learningRate": 0.1, "steps": 12, "minimum": 0.02, "restarts": True}),
    "cosine with longer restarts": (
        "cosine",
        {"learningRate": 0.1, "steps": 7, "restarts": True, "cycleFactor": 2},
    ),
    "step decay": ("stepDecay", {"learningRate": 0.1, "every": 15, "factor": 0.3}),
    "step decay by the default factor": ("stepDecay", {"learningRate": 0.1, "every": 20}),
    "step decay at steps": ("stepDecay", {"learningRate": 0.1, "at": [10, 15, 40], "factor": 0.5}),
    "exponential": ("exponential", {"learningRate": 0.1, "factor": 0.95}),
    "exponential over several steps": ("exponential", {"learningRate": 0.1, "factor": 0.5, "every": 20}),
    "polynomial": ("polynomial", {"learningRate": 0.1, "steps": 40}),
    "polynomial, squared": ("polynomial", {"learningRate": 0.1, "steps": 60, "power": 2}),
    "warm-up": (
        "warmup",
        {"steps": 10, "from": 0.25, "schedule": {"name": "constant", "options": {"learningRate": 0.1}}},
    ),
    "warm-up before cosine": (
        "warmup",
        {
            "steps": 8,
            "from": 0.1,
            "schedule": {"name": "cosine", "options": {"learningRate": 0.1, "steps": 45}},
        },
    ),
    "warm-up before exponential": (
        "warmup",
        {
            "steps": 20,
            "from": 0.5,
            "schedule": {"name": "exponential", "options": {"learningRate": 0.1, "factor": 0.9}},
        },
    ),
}

TRAJECTORIES = [
    trajectory("sgd by default", "sgd", {}),
    trajectory("sgd", "sgd", {"learningRate": 0.1}),
    trajectory("sgd with weight decay", "sgd", {"learningRate": 0.1, "weightDecay": 0.2}),
    trajectory("sgd with decay of the weight", "sgd", {"learningRate": 0.1, "weightDecay": 0.2}, decays="weight"),
    trajectory("sgd with momentum", "sgd", MOMENTUM),
    trajectory("sgd with dampening", "sgd", {**MOMENTUM, "dampening": 0.4}),
    trajectory("sgd with Nesterov momentum", "sgd", {**MOMENTUM, "nesterov": True}),
    trajectory("sgd with everything", "sgd", {**MOMENTUM, "nesterov": True, "weightDecay": 0.1}),
    trajectory("adam by default", "adam", {}),
    trajectory("adam", "adam", ADAM),
    trajectory("adam with other betas", "adam", {**ADAM, "beta1": 0.5, "beta2": 0.8}),
    trajectory("adam without a running mean", "adam", {**ADAM, "beta1": 0}),
    trajectory("adam without a running mean of squares", "adam", {**ADAM, "beta2": 0, "epsilon": 0.5}),
    trajectory("adam with a large epsilon", "adam", {**ADAM, "epsilon": 0.1}),
    trajectory("adam with weight decay", "adam", {**ADAM, "weightDecay": 0.3}),
    trajectory("adam with amsgrad", "adam", {**ADAM, "beta2": 0.8, "amsgrad": True}),
    trajectory("adamW by default", "adamW", {}),
    trajectory("adamW", "adamW", {**ADAM, "weightDecay": 0.5}),
    trajectory("adamW without decay", "adamW", {**ADAM, "weightDecay": 0}),
    trajectory("adamW with decay of the weight", "adamW", {**ADAM, "weightDecay": 0.5}, decays="weight"),
    trajectory("adamW with amsgrad", "adamW", {**ADAM, "weightDecay": 0.5, "beta2": 0.8, "amsgrad": True}),
    trajectory("rmsProp by default", "rmsProp", {}),
    trajectory("rmsProp", "rmsProp", RMS),
    trajectory("rmsProp with another smoothing", "rmsProp", {**RMS, "smoothing": 0.9}),
    trajectory("rmsProp with momentum", "rmsProp", {**RMS, "momentum": 0.5}),
    trajectory("rmsProp, centered", "rmsProp", {**RMS, "centered": True, "epsilon": 0.01}),
    trajectory(
        "rmsProp with everything",
        "rmsProp",
        {**RMS, "smoothing": 0.9, "centered": True, "momentum": 0.5, "epsilon": 0.1, "weightDecay": 0.1},
    ),
    trajectory("clipped by global norm", "sgd", MOMENTUM, clipByGlobalNorm=1),
    trajectory("clipped by value", "sgd", MOMENTUM, clipByValue=0.25),
    trajectory("adam, clipped by global norm", "adam", {**ADAM, "epsilon": 0.1}, clipByGlobalNorm=0.5),
    *(
        trajectory(f"sgd, {title}", "sgd", {"momentum": 0.5}, schedule={"name": name, "options": options})
        for title, (name, options) in SCHEDULES.items()
    ),
    trajectory(
        "adamW, warm-up before cosine",
        "adamW",
        {"weightDecay": 0.1},
        schedule=dict(zip(("name", "options"), SCHEDULES["warm-up before cosine"])),
    ),
]

# Values seen by reduce-on-plateau: progress, stand-still, a relapse, slow progress.
OBSERVED = [5, 4, 3.5, 3.5, 3.6, 3.4999, 3.4998, 3.4, 3.4, 3.4, 3.4, 3.3999, 3.3, 3.6, 3.7, 3.5, 3.31, 3.305, 3.2999]
OBSERVED += [3.2998, 3.2997, 3.29, float("nan"), 3.29, 3.289, 3.288, 3.2879, 3.2878, 3.2877, 3.2876, 3.28, 3.28, 3.28]
PLATEAUS = [
    {"learningRate": 0.1, "patience": 2},
    {"learningRate": 0.1, "patience": 0, "factor": 0.5},
    {"learningRate": 0.1, "patience": 1, "factor": 0.5, "cooldown": 2},
    {"learningRate": 0.1, "patience": 1, "factor": 0.5, "threshold": 0.01},
    {"learningRate": 0.1, "patience": 1, "factor": 0.5, "threshold": 0.01, "thresholdMode": "absolute"},
    {"learningRate": 0.1, "patience": 1, "factor": 0.2, "minimum": 0.005},
    {"learningRate": 0.1, "patience": 3, "factor": 0.5, "mode": "max"},
    {"learningRate": 0.1, "patience": 2, "factor": 0.5, "mode": "max", "threshold": 0.1, "thresholdMode": "absolute"},
    {"learningRate": 0.1},
]


def plateau(options):
    mode = options.get("mode", "min")
    values = [-v if mode == "max" else v for v in OBSERVED]
    if mode == "max" and options.get("thresholdMode") != "absolute":
        values = [10 + v for v in values]
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=options["learningRate"])
    rate = rates.ReduceLROnPlateau(
        optimizer,
        mode=mode,
        factor=options.get("factor", 0.1),
        patience=options.get("patience", 10),
        threshold=options.get("threshold", 1e-4),
        threshold_mode={"relative": "rel", "absolute": "abs"}[options.get("thresholdMode", "relative")],
        cooldown=options.get("cooldown", 0),
        min_lr=options.get("minimum", 0),
        eps=0,
    )
    seen = []
    for value in values:
        rate.step(value)
        seen.append(optimizer.param_groups[0]["lr"])
    return {"options": options, "observed": [None if v != v else v for v in values], "rates": seen}


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.13g}")
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


def check_that_options_matter(cases):
    """No two cases end at the same place, but for those that say the same in two ways."""
    same = {frozenset(("adam", "adamW without decay"))}
    ends = [(case["name"], case["parameters"][STEPS]["weight"]) for case in cases]
    for i, (name, end) in enumerate(ends):
        for other, there in ends[:i]:
            apart = max(abs(x - y) for x, y in zip(end, there))
            assert apart > 1e-4 or frozenset((name, other)) in same, (name, other, apart)


if __name__ == "__main__":
    torch.set_num_threads(1)
    cases = [run(case) for case in TRAJECTORIES]
    check_that_options_matter(cases)
    plateaus = [plateau(options) for options in PLATEAUS]
    data = rounded({"problem": PROBLEM, "trajectories": cases, "plateaus": plateaus})
    lines = ["{", f'"problem": {json.dumps(data["problem"])},']
    for key in ("trajectories", "plateaus"):
        lines += [f'"{key}": [', ",\n".join(json.dumps(case) for case in data[key]), "]" + "," * (key != "plateaus")]
    path = pathlib.Path(__file__).with_name("trajectories.json")
    path.write_text("\n".join([*lines, "}"]) + "\n")
    print(f"{path.name}: {len(cases)} trajectories, {len(plateaus)} plateaus")

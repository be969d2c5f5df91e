#!/usr/bin/env python3
"""Trains the shipped models, measures them and writes this folder: TorchScript, model.json, cards, replay rows.

    python3 models/train.py                # fetches the series by npm
    python3 models/train.py --series FILE  # takes the sp500-2000.csv of vega-datasets 3.2.1 from disk

Seeds are fixed and one thread is used: on one machine and one torch version the same bytes come out again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

import card
import features
import market
import replay_files
from days import ACTIONS, BUY, HOLD, SELL, TEST_YEARS, TRAIN_YEARS, Days, usable
from measure import Agreement, Measures, agreement, measure
from network import PolicyNetwork, save
from recipes import RECIPES, Recipe

LARGEST_CONFIDENCE_DELTA = 0.05


def make(recipe: Recipe, days: Days, made: dict[str, PolicyNetwork]) -> PolicyNetwork:
    torch.manual_seed(recipe.seed)
    scaling = days.years(*TRAIN_YEARS).purged().x
    mean, deviation = (torch.tensor(v, dtype=torch.float32) for v in (scaling.mean(axis=0), scaling.std(axis=0)))
    model = PolicyNetwork(mean, deviation, recipe.dropout)
    if recipe.control:
        model.load_state_dict(made[recipe.control].state_dict())
    fit(model, recipe, days.years(TRAIN_YEARS[0], recipe.last_year).purged())
    return model.eval().requires_grad_(False)


def fit(model: PolicyNetwork, recipe: Recipe, sample: Days) -> None:
    x, label = torch.tensor(sample.x, dtype=torch.float32), torch.tensor(sample.label)
    if recipe.swapped_labels:
        label = torch.tensor([HOLD, SELL, BUY])[label]
    in_regime = np.ones(len(sample), bool) if recipe.regime is None else sample.regime == recipe.regime
    weight = torch.tensor(np.where(in_regime, 1.0, recipe.off_regime_weight), dtype=torch.float32)
    per_class = torch.stack([weight[label == action].sum() for action in range(len(ACTIONS))])
    weight = weight * (weight.sum() / (len(ACTIONS) * per_class))[label]  # frequency alone teaches no class

    loss = nn.CrossEntropyLoss(reduction="none", label_smoothing=recipe.label_smoothing)
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    order = torch.Generator().manual_seed(recipe.seed)
    model.train()
    for epoch in range(recipe.epochs):
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * (1 - epoch / recipe.epochs)
        for batch in torch.randperm(len(sample), generator=order).split(128):
            optimiser.zero_grad()
            (loss(model.logits(x[batch]), label[batch]) * weight[batch]).mean().backward()
            optimiser.step()


def training_text(recipe: Recipe, days: Days) -> str:
    sample = days.years(TRAIN_YEARS[0], recipe.last_year).purged()
    counted = "all days alike"
    if recipe.regime:
        share = (sample.regime == recipe.regime).mean()
        counted = f"{recipe.regime} days ({share:.0%}) with weight 1, the others with {recipe.off_regime_weight:g}"
    start = f"the weights of {recipe.control}" if recipe.control else f"random weights (seed {recipe.seed})"
    return (
        f"S&P 500, {sample.date[0]} to {sample.date[-1]}, {len(sample)} days, {counted}, classes balanced. "
        f"{'BUY and SELL are swapped in the labels. ' if recipe.swapped_labels else ''}"
        f"From {start}, {recipe.epochs} epochs of AdamW, learning rate {recipe.learning_rate:g} falling to 0, weight "
        f"decay {recipe.weight_decay:g}, dropout {recipe.dropout:g}, label smoothing {recipe.label_smoothing:g}. "
        "The last five days before the next span are left out, so that no label looks into it."
    )


def model_json(recipe: Recipe, golden_input: np.ndarray, golden_output: np.ndarray, parameters: int) -> str:
    content = {
        "name": recipe.name,
        "version": recipe.version,
        "input_size": len(features.NAMES),
        "actions": list(ACTIONS),
        "output": "probabilities",
        "golden": {
            "input": [float(v) for v in golden_input],
            "output": [round(float(v), 8) for v in golden_output],
            "tolerance": 1e-4,
        },
        "description": recipe.summary,
        "parameters": parameters,
    }
    return json.dumps(content, indent=2) + "\n"


def check_batches(model: torch.jit.ScriptModule, x: torch.Tensor, expected: torch.Tensor) -> None:
    batched = model(x)
    single = torch.cat([model(row) for row in x.split(1)])
    assert torch.allclose(batched, expected, rtol=0, atol=1e-6), "the saved model answers otherwise than the trained"
    assert torch.allclose(batched, single, rtol=0, atol=1e-6), "a batch answers otherwise than its rows"
    assert torch.allclose(batched.sum(dim=1), torch.ones(len(x)), rtol=0, atol=1e-5), "probabilities do not sum to 1"


def check_use(recipe: Recipe, m: Measures, against: Agreement | None) -> None:
    low, median, high = m.confidence_quantiles
    assert 0.34 < median < 0.9 and high - low > 0.05, f"{recipe.name}: degenerate confidences {low} {median} {high}"
    assert (m.action_shares > 0).all(), f"{recipe.name} never takes one of its actions: {m.action_shares}"
    if against is None:
        return
    least, most = recipe.agreement_range
    assert least <= against.share <= most, f"{recipe.name} agrees on {against.share:.3f}, wanted {least} to {most}"
    if not recipe.swapped_labels:
        delta = against.confidence_delta
        assert abs(delta) <= LARGEST_CONFIDENCE_DELTA, f"{recipe.name}: mean confidence moved by {delta:+.3f}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def run(series: features.Series, out: Path) -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    days = usable(series)
    test = days.years(*TEST_YEARS)
    x = torch.tensor(test.x, dtype=torch.float32)
    span = f"{test.date[0]} to {test.date[-1]}"

    made: dict[str, PolicyNetwork] = {}
    answers: dict[str, np.ndarray] = {}
    for recipe in RECIPES:
        model = made[recipe.name] = make(recipe, days, made)
        folder = out / recipe.name
        save(model, folder / "model.pt")
        check_batches(torch.jit.load(folder / "model.pt"), x, model(x))

        p = answers[recipe.name] = model(x).numpy()
        m = measure(p, test)
        against = agreement(recipe.control, answers[recipe.control], p, test) if recipe.control else None
        check_use(recipe, m, against)

        parameters = sum(weights.numel() for weights in model.parameters())
        (folder / "model.json").write_text(model_json(recipe, test.x[0], p[0], parameters), encoding="utf-8")
        text = card.text(recipe.name, recipe.summary, training_text(recipe, days), m, against, span)
        (folder / "README.md").write_text(text, encoding="utf-8")
        report(recipe, m, against, (folder / "model.pt").read_bytes(), p)

    replay_files.write_features(test, out / "replay" / "sp500.csv")
    replay_files.write_next_day(test, out / "replay" / "next_day.csv")
    (out / "FEATURES.md").write_text(features.document(), encoding="utf-8")


def report(recipe: Recipe, m: Measures, against: Agreement | None, saved: bytes, p: np.ndarray) -> None:
    line = f"{recipe.name:26} accuracy {m.accuracy.value:.3f} ± {m.accuracy.error:.3f} (HOLD {m.hold_accuracy:.3f})"
    line += f"  edge {1e4 * m.edge.value:+.1f} ± {1e4 * m.edge.error:.1f} bp"
    line += f"  model.pt {sha256(saved)} {len(saved)} bytes  answers {sha256(p.tobytes())}"
    if against:
        line += f"  agreement with {against.control} {against.share:.3f}, lowest {against.lowest_over_200_days:.3f}"
    print(line)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Trains the shipped models and writes their folders.")
    arguments.add_argument("--series", type=Path, help="sp500-2000.csv of vega-datasets 3.2.1, instead of fetching it")
    arguments.add_argument("--out", type=Path, default=Path(__file__).resolve().parent, help="default: this folder")
    chosen = arguments.parse_args()
    try:
        series = market.load(chosen.series)
    except market.SeriesUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    run(series, chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Writes the small TorchScript models the tests load: faulty ones, and valid ones with a fixed answer.

    python3 src/test/models/make_faulty.py

Each takes 43 features. Those named "…_later", `slow` and `turns` are sound on the golden input, on zeros and on any row
whose first feature is at most 1000, and misbehave above it: a model that passes its probe can still fail under traffic.
Needs what models/requirements.txt names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "models"))

from network import save  # noqa: E402

FEATURES = 43
GOLDEN = torch.tensor([[round(0.1 * i - 2.0, 1) for i in range(FEATURES)]])


class Sound(nn.Module):
    """A small linear model with an answer that depends on every feature; the faulty ones spoil it."""

    def __init__(self):
        super().__init__()
        weights = torch.arange(3 * FEATURES, dtype=torch.float32).reshape(3, FEATURES)
        self.register_buffer("weights", torch.sin(weights) * 0.1)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        return torch.clamp(x, -10.0, 10.0).matmul(self.weights.t())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.logits(x), dim=1)


class Throws(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.size(1) >= 0:
            raise RuntimeError("this model always throws")
        return torch.softmax(self.logits(x), dim=1)


class Nan(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.logits(x), dim=1) * float("nan")


class WrongShape(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.logits(x)[:, :2], dim=1)


class DropsRows(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.logits(x), dim=1)[:1]


class NotSumming(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.logits(x), dim=1) * 2.0


class Logits(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.logits(x) * 3.0


class Constant(nn.Module):
    def __init__(self, action: int):
        super().__init__()
        answer = torch.full((1, 3), 0.1)
        answer[0, action] = 0.8
        self.register_buffer("answer", answer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.answer.repeat(x.size(0), 1)


class ThrowsLater(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if bool((x[:, 0] > 1000.0).any()):
            raise RuntimeError("this model throws when its first feature is above 1000")
        return torch.softmax(self.logits(x), dim=1)


class NanLater(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer = torch.softmax(self.logits(x), dim=1)
        return torch.where(x[:, :1] > 1000.0, torch.full_like(answer, float("nan")), answer)


class WrongShapeLater(Sound):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        answer = torch.softmax(self.logits(x), dim=1)
        if bool((x[:, 0] > 1000.0).any()):
            return answer[:, :2]
        return answer


class Turns(Sound):
    """Remembers: wrong for everybody once it has seen a first feature above 1000, right again after one below -1000."""

    def __init__(self):
        super().__init__()
        self.register_buffer("turned", torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if bool((x[:, 0] > 1000.0).any()):
            self.turned.fill_(1.0)
        if bool((x[:, 0] < -1000.0).any()):
            self.turned.fill_(0.0)
        logits = self.logits(x)
        return torch.softmax(logits * (1.0 - 2.0 * self.turned), dim=1)


class Slow(Sound):
    """Burns time in TorchScript's interpreter: about five seconds of processor time on a machine of 2026."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        steps = 0
        if bool((x[:, 0] > 1000.0).any()):
            steps = 36_000_000
        burnt = x.size(0)
        for i in range(steps):
            burnt = (burnt * 31 + i) % 1000003
        return torch.softmax(self.logits(x) + float(burnt) * 0.0, dim=1)


def write(name: str, model: nn.Module, description: str, golden: list[float] | None = None, output="probabilities"):
    """Saves the model and its card; the golden answer is the model's own unless another is given."""
    folder = HERE / name
    save(model, folder / "model.pt")
    if golden is None:
        golden = [round(float(v), 8) for v in torch.jit.load(folder / "model.pt")(GOLDEN)[0]]
    write_card(folder, description, golden, output)


def write_card(folder: Path, description: str, golden: list[float], output: str) -> None:
    card = {
        "name": folder.name,
        "version": "1",
        "input_size": FEATURES,
        "actions": ["HOLD", "BUY", "SELL"],
        "output": output,
        "golden": {"input": [round(float(v), 1) for v in GOLDEN[0]], "output": golden, "tolerance": 1e-4},
        "description": description,
        "parameters": 3 * FEATURES,
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    torch.set_num_threads(1)
    sound = [round(float(v), 8) for v in Sound()(GOLDEN)[0]]

    write("logits", Logits(), "Valid: answers logits.", output="logits")
    write("constant_hold", Constant(0), "Valid: always HOLD with 0.8.")
    write("constant_buy", Constant(1), "Valid: always BUY with 0.8.")
    write("constant_sell", Constant(2), "Valid: always SELL with 0.8.")

    write("throws", Throws(), "Throws at every call.", golden=sound)
    write("nan", Nan(), "Answers NaN.", golden=sound)
    write("wrong_shape", WrongShape(), "Answers two numbers a row.", golden=sound)
    write("drops_rows", DropsRows(), "Answers the first row of a batch only; one row alone is answered rightly.")
    write("not_summing", NotSumming(), "Says probabilities, sums to 2; its golden answer is its own.")
    write("bad_golden", Sound(), "Sound, but its golden answer is another.", golden=sound[1:] + sound[:1])

    write("throws_later", ThrowsLater(), "Throws when the first feature is above 1000.")
    write("nan_later", NanLater(), "Answers NaN for rows whose first feature is above 1000.")
    write("wrong_shape_later", WrongShapeLater(), "Answers two numbers a row when one first feature is above 1000.")
    write("turns", Turns(), "Wrong for good after a first feature above 1000, right again after one below -1000.")
    write("slow", Slow(), "Computes for about five seconds when the first feature is above 1000.")

    corrupt = HERE / "corrupt"
    corrupt.mkdir(exist_ok=True)
    (corrupt / "model.pt").write_bytes(b"this is not a TorchScript archive\n")
    write_card(corrupt, "Its model.pt is not a TorchScript archive.", sound, "probabilities")

    save(Sound(), HERE / "no_card" / "model.pt")


if __name__ == "__main__":
    main()

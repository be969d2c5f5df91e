#!/usr/bin/env python3
"""Writes the TorchScript models that `make faults` makes misbehave while they serve.

    python3 src/test/puppets/make_puppets.py

A puppet reads a file of two float32 numbers at every forward pass, `target/faults/<its name>` below the directory the
service runs in: what to do, and how much of it. A test changes its behaviour by replacing the file. A named pipe in the
file's place makes the pass wait in the operating system until somebody opens the pipe: a hang that takes no processor time.
Without the file a pass throws.

    0      sound
    1      throw
    2      answer NaN
    3      answer two numbers a row
    4      answer what it would not: the probabilities change places
    5 n    burn n million steps of the interpreter (about 7 a second on a machine of 2026) for each pass
    6 n    burn n million steps for each row
    7 n    keep n MiB of memory for ever at each pass

Needs what models/requirements.txt names.
"""

import json
import sys
from pathlib import Path
from typing import List

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "models"))
sys.path.insert(0, str(HERE.parents[2] / "models"))

from make_faulty import FEATURES, GOLDEN  # noqa: E402
from network import save  # noqa: E402

WIDTH = 128


class Puppet(nn.Module):
    """A small network whose answers, like those of the shipped ones, do not depend on who else is in the batch: see ADR 11."""

    kept: List[torch.Tensor]  # TorchScript knows no other spelling

    def __init__(self, name: str):
        super().__init__()
        inner = torch.arange(WIDTH * FEATURES, dtype=torch.float32).reshape(WIDTH, FEATURES)
        outer = torch.arange(3 * WIDTH, dtype=torch.float32).reshape(3, WIDTH)
        self.register_buffer("inner", torch.sin(inner) * 0.1)
        self.register_buffer("outer", torch.cos(outer) * 0.1)
        self.orders = "target/faults/" + name
        self.kept = []

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        inside = torch.relu(torch.clamp(x, -10.0, 10.0).matmul(self.inner.t()))
        return inside.matmul(self.outer.t())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # taken from the input, for what depends on constants alone is read once and then never again
        size = 2 + int(float(x[0, 0].item()) * 0.0)
        orders = torch.from_file(self.orders, False, size, dtype=torch.float32)
        what = int(orders[0].item())
        much = float(orders[1].item())
        if what == 1:
            raise RuntimeError("this puppet was told to throw")
        logits = self.logits(x)
        if what == 2:
            logits = logits * float("nan")
        elif what == 3:
            logits = logits[:, :2]
        elif what == 4:
            logits = torch.roll(logits, 1, 1)
        elif what == 5 or what == 6:
            steps = int(much * 1.0e6)
            if what == 6:
                steps = steps * x.size(0)
            burnt = x.size(0)
            for i in range(steps):
                burnt = (burnt * 31 + i) % 1000003
            logits = logits + float(burnt) * 0.0
        elif what == 7:
            self.kept.append(torch.ones(int(much * 262144.0)))
        return torch.softmax(logits, dim=1)


def write(name: str, description: str) -> None:
    folder = HERE / name
    puppet = Puppet(name)
    save(puppet, folder / "model.pt")
    sound = torch.softmax(puppet.logits(GOLDEN), dim=1)[0]
    card = {
        "name": name,
        "version": "1",
        "input_size": FEATURES,
        "actions": ["HOLD", "BUY", "SELL"],
        "output": "probabilities",
        "golden": {
            "input": [round(float(v), 1) for v in GOLDEN[0]],
            "output": [round(float(v), 8) for v in sound],
            "tolerance": 1e-4,
        },
        "description": description,
        "parameters": WIDTH * (FEATURES + 3),
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    torch.set_num_threads(1)
    write("puppet", "Does what the file target/faults/puppet tells it to; plays the treatment.")
    write("puppet_control", "Does what the file target/faults/puppet_control tells it to; plays the control.")


if __name__ == "__main__":
    main()

"""The policy network and the form it is shipped in."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import nn


class PolicyNetwork(nn.Module):
    """43 → 256 → 256 → 128 → 3 with softmax: [n, 43] features in natural units to [n, 3] probabilities.

    The scaling is part of the network (buffers `mean` and `deviation`), so that callers never scale.
    """

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor, dropout: float):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.layers = nn.Sequential(
            nn.Linear(43, 256), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(256, 256), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(256, 128), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(128, 3),
        )  # fmt: skip

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(torch.clamp((x - self.mean) / self.deviation, -5.0, 5.0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.logits(x), dim=1)


def save(model: nn.Module, path: Path) -> None:
    """Scripts, freezes and writes a model.

    The archive is written a second time without its debug records: those hold the path of the source on the training
    machine, which is nobody's business and would make the bytes differ from machine to machine.
    """
    frozen = torch.jit.freeze(torch.jit.script(model.eval()))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        first = str(Path(folder) / path.name)
        torch.jit.save(frozen, first)
        source = torch._C.PyTorchFileReader(first)
        target = torch._C.PyTorchFileWriter(str(path))
        target.set_min_version(int(source.get_record("version")))
        for name in source.get_all_records():
            if name.endswith(".debug_pkl") or name in ("version", "byteorder", ".data/serialization_id"):
                continue
            content = source.get_record(name)
            target.write_record(name, content, len(content))
        target.write_end_of_file()

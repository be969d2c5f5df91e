#!/usr/bin/env python3
"""Writes five_actions.pt, the example of "Your own models" in the README: TorchScript that takes 10 features and answers with
probabilities for 5 actions. Needs Python alone, so the file is written as torch.jit.save would write it.

    python3 models/five_actions.py

The weights are made up and mean nothing.
"""

from __future__ import annotations

import math
import struct
import zipfile
from pathlib import Path

FEATURES = 10
ACTIONS = 5
CODE = """class FiveActions(Module):
  __parameters__ = []
  __buffers__ = []
  def forward(self: __torch__.FiveActions,
    x: Tensor) -> Tensor:
    return torch.softmax(torch.matmul(x, torch.t(CONSTANTS.c0)), 1)
"""


def text(value: str) -> bytes:
    """A string, pickled."""
    return b"X" + struct.pack("<i", len(value)) + value.encode()


def constants() -> bytes:
    """A tuple of one tensor, pickled: its numbers are in constants/0."""
    shape = bytes([ord("K"), ACTIONS, ord("K"), FEATURES])
    strides = bytes([ord("K"), FEATURES, ord("K"), 1])
    return (
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu")
        + bytes([ord("K"), ACTIONS * FEATURES]) + b"tQK\x00(" + shape + b"t(" + strides + b"t\x89ccollections\nOrderedDict\n)RtR\x85."
    )


def main() -> None:
    weights = [0.5 * math.sin(place) for place in range(ACTIONS * FEATURES)]
    files = {
        "data.pkl": b"\x80\x02c__torch__\nFiveActions\nq\x00)\x81}(ubq\x01.",
        "code/__torch__.py": CODE.encode(),
        "constants/0": struct.pack(f"<{len(weights)}f", *weights),
        "constants.pkl": constants(),
        "version": b"3\n",
        "byteorder": b"little",
    }
    with zipfile.ZipFile(Path(__file__).with_suffix(".pt"), "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            # of one time, so that the file comes out the same, byte for byte
            archive.writestr(zipfile.ZipInfo(f"five_actions/{name}"), content)


if __name__ == "__main__":
    main()

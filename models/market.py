"""The S&P 500 series the models are trained on: fetched by npm, checked, parsed.

The npm package vega-datasets carries daily open, high, low, close and volume of 2000-01-03 to 2020-04-17. The file is
not copied into this repository; features computed from it are (replay/sp500.csv).
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from features import Series

PACKAGE = "vega-datasets@3.2.1"
MEMBER = "package/data/sp500-2000.csv"
SHA256 = "9409e9342d0657c747324e4cfabce8a8c7f663bc485b95a3378f36b0a160f8c8"


class SeriesUnavailable(Exception):
    """The series could not be had; the message says what to do."""


def load(path: Path | None = None) -> Series:
    """The series from a CSV file at hand, or from the npm registry when no path is given."""
    content = path.read_bytes() if path else download()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise SeriesUnavailable(
            f"sp500-2000.csv has sha256 {found}, expected {SHA256}: use the file of {PACKAGE} unchanged"
        )
    return parse(content.decode("utf-8"))


def download() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise SeriesUnavailable(
            f"npm was not found: install it (Debian: apt-get install npm) so that {PACKAGE} can be fetched,"
            " or pass its sp500-2000.csv with --series FILE"
        )
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            [npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, check=False
        )
        archives = list(Path(folder).glob("*.tgz"))
        if packed.returncode != 0 or len(archives) != 1:
            raise SeriesUnavailable(f"npm pack {PACKAGE} failed; is the registry reachable?\n{packed.stderr.strip()}")
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile(MEMBER)
            if member is None:
                raise SeriesUnavailable(f"{PACKAGE} has no file {MEMBER}")
            return member.read()


def parse(text: str) -> Series:
    rows = list(csv.DictReader(io.StringIO(text)))

    def column(name: str) -> np.ndarray:
        return np.array([float(row[name]) for row in rows])

    return Series(
        date=np.array([row["date"] for row in rows], dtype="datetime64[D]"),
        open=column("open"),
        high=column("high"),
        low=column("low"),
        close=column("close"),
        volume=column("volume"),
    )

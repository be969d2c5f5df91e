"""The files of replay/: what is sent to a model on each day, and what the market made of it by the next."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

import features
from days import Days


def write_features(test: Days, path: Path) -> None:
    """A row a day: its date, and the features that were known at its close."""
    _write(path, ("date", *features.NAMES), ((date, *map(_digits, x)) for date, x in zip(test.date, test.x, strict=True)))


def write_next_day(test: Days, path: Path) -> None:
    """A row a day: its date, the next trading day, and the return from the close of the one to the close of the other.

    None of it is known before the next day's close. The last day of the series has no row.
    """
    known = ~np.isnan(test.next_return[:-1])
    rows = zip(test.date[:-1][known], test.date[1:][known], test.next_return[:-1][known], strict=True)
    _write(path, ("date", "next_date", "next_return"), ((date, after, _digits(value)) for date, after, value in rows))


def _digits(value: float) -> str:
    return f"{value:.6g}"


def _write(path: Path, header: tuple[str, ...], rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)

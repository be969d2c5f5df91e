"""Reads the text format of Prometheus."""

from __future__ import annotations

import re
from collections.abc import Iterator

from understudy.types import Sample

__all__ = ["samples"]

_LINE = re.compile(r"(?P<name>[A-Za-z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)(?: -?\d+)?")
_LABEL = re.compile(r'(?P<name>\w+)="(?P<value>(?:[^"\\]|\\.)*)",?')
_ESCAPE = re.compile(r"\\(.)")


def samples(text: str) -> Iterator[Sample]:
    r"""The samples of a text.

    >>> list(samples('# TYPE up gauge\nup{job="a \\"b\\""} 1.0\n'))
    [Sample(name='up', labels={'job': 'a "b"'}, value=1.0)]
    """
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found and not line.startswith("#"):
            labels = {label["name"]: _unescaped(label["value"]) for label in _LABEL.finditer(found["labels"] or "")}
            yield Sample(found["name"], labels, float(found["value"]))


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], value)

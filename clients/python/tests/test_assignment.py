"""The assignment here is the service's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT

from understudy import Understudy, assignment
from understudy._xxh3 import xxh3_64

VECTORS = PROJECT / "src/test/resources/vectors"
REFERENCE = Path(__file__).parent / "vectors/xxh3.json"


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VECTORS / name).read_text())["rows"]
    assert found
    return found


@pytest.mark.parametrize("row", rows("assignment.json"), ids=lambda row: f"{row['test_id']}-{row['unit_id'][:20]}")
def test_assignment_follows_the_published_vectors(row: dict[str, Any]) -> None:
    assert assignment.bucket(row["test_id"], row["unit_id"]) == row["bucket"]
    assert assignment.threshold(row["split"]) == row["threshold"]
    assert assignment.assigned_group(row["test_id"], row["unit_id"], row["split"]) == row["group"]


@pytest.mark.parametrize("row", rows("pairs.json"), ids=lambda row: f"{row['test_id']}-{row['request_id'][:20]}")
def test_pairs_follow_the_published_vectors(row: dict[str, Any]) -> None:
    assert assignment.is_pair(row["test_id"], row["request_id"], row["pairs"]) == row["pair"]


def unit_of(length: int, character: str) -> str:
    return (character * length)[:length]


@pytest.mark.parametrize("character", ["a", "é", "日", "𝄞"])
@pytest.mark.parametrize("length", [1, 2, 3, 7, 8, 16, 31, 64, 91, 92, 100])
def test_a_bucket_is_the_one_that_the_service_explains(
    client: Understudy, features: list[float], test_id: str, character: str, length: int
) -> None:
    unit = unit_of(length, character)

    explanation = client.explain("SPX", features, unit_id=unit, test_id=test_id)

    assert explanation["bucket"] == assignment.bucket(test_id, unit)
    assert explanation["threshold"] == assignment.threshold(0.5)
    assert explanation["assigned_group"] == assignment.assigned_group(test_id, unit, 0.5)
    assert explanation["hash_version"] == assignment.VERSION


@pytest.mark.parametrize(("length", "seed", "expected"), json.loads(REFERENCE.read_text())["rows"])
def test_the_hash_is_the_reference_implementations(length: int, seed: int, expected: int) -> None:
    assert xxh3_64(bytes(i % 256 for i in range(length)), seed) == expected


@pytest.mark.parametrize("split", [-0.1, 1.1, float("nan")])
def test_a_split_outside_zero_and_one_is_refused(split: float) -> None:
    with pytest.raises(ValueError, match=r"allowed: a number from 0\.0 to 1\.0"):
        assignment.assigned_group("t", "u", split)

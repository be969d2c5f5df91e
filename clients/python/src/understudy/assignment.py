"""The service's assignment of units, computed here: no request, and the same answer as every replica's.

The rule is version 1 of docs/adr/0001-assignment.md. It is held against the published test vectors.
"""

from __future__ import annotations

import math
from typing import Literal

from understudy._xxh3 import xxh3_64

__all__ = ["VERSION", "assigned_group", "bucket", "is_pair", "threshold"]

VERSION = 1
"""The version of the rule, which `explain` answers as `hash_version`."""

_BUCKETS = 2**32
_ASSIGNMENT_SEED = 0
_PAIRS_SEED = int.from_bytes(b"pairs", "big")


def bucket(test_id: str, unit_id: str) -> int:
    """The bucket of a unit in a test, from 0 to 2^32 - 1.

    >>> bucket("bull_v2_canary", "r-1")
    3285530825
    """
    return _bucket(test_id, unit_id, _ASSIGNMENT_SEED)


def threshold(fraction: float) -> int:
    """The number of buckets that a split (or a fraction of pairs) takes, from the first on.

    >>> threshold(0.25)
    1073741824
    """
    if not 0.0 <= fraction <= 1.0:
        raise ValueError(f"fraction: got {fraction}; allowed: a number from 0.0 to 1.0")
    return math.floor(fraction * _BUCKETS)


def assigned_group(test_id: str, unit_id: str, traffic_split: float) -> Literal["control", "treatment"]:
    """The group of a unit in a test with that split.

    It does not depend on the time or on the replica, and a larger split only moves units from control to treatment.

    >>> assigned_group("bull_v2_canary", "account-7", 0.0), assigned_group("bull_v2_canary", "account-7", 1.0)
    ('control', 'treatment')
    """
    return "treatment" if bucket(test_id, unit_id) < threshold(traffic_split) else "control"


def is_pair(test_id: str, request_id: str, pairs: float) -> bool:
    """Whether a split asks the other model, too, for a request; the service may leave it out under load.

    >>> is_pair("bull_v2_canary", "r-1", 0.1)
    True
    """
    return _bucket(test_id, request_id, _PAIRS_SEED) < threshold(pairs)


def _bucket(first: str, second: str, seed: int) -> int:
    return xxh3_64(f"{first}\0{second}".encode(), seed) >> 32

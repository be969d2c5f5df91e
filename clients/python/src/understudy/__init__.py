"""Client of Understudy, which rolls out a new trading model safely.

`Understudy` is for code that waits, `AsyncUnderstudy` for asyncio. Both have the whole API:

>>> with Understudy(url, actor="ada") as understudy:
...     test = understudy.create_test(
...         new_id, "bull_specialist", "bull_specialist_v2", mode=ABTestMode.SHADOW, explicit=True)
...     prediction = understudy.predict("SPX", features, test_id=new_id, model="bull_specialist")
...     _ = understudy.flush(new_id)
...     understudy.get_test_stats(new_id)["shadow_count"]
1

- `understudy.errors`: what goes wrong, with the service's problem documents
- `understudy.types`: the answers
- `understudy.retries`: when a call is repeated
- `understudy.assignment`: the group of a unit, without a request
- `understudy.frames`: results as data frames of pandas
- `understudy.manager`: the names of the service that this one follows
"""

from __future__ import annotations

from importlib.metadata import version

from understudy import assignment
from understudy._client import AsyncUnderstudy, Understudy
from understudy.errors import (
    ApiError,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    ServiceUnreachable,
    Unauthorized,
    Unavailable,
    UnderstudyError,
)
from understudy.manager import ABTestConfig, ABTestingManager, ABTestStorageBackend
from understudy.retries import NO_RETRIES, Retries
from understudy.types import ABTestMode

__version__ = version("understudy")

__all__ = [
    "NO_RETRIES",
    "ABTestConfig",
    "ABTestMode",
    "ABTestStorageBackend",
    "ABTestingManager",
    "ApiError",
    "AsyncUnderstudy",
    "BadRequest",
    "Conflict",
    "Forbidden",
    "NotFound",
    "Retries",
    "ServiceUnreachable",
    "Unauthorized",
    "Unavailable",
    "Understudy",
    "UnderstudyError",
    "assignment",
]

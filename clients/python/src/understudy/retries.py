"""When a call is repeated, and after how long."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import httpx

from understudy.errors import ApiError, ServiceUnreachable, UnderstudyError

__all__ = ["NO_RETRIES", "Repeatable", "Retries"]

_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = 503
_PROXY_ERRORS = frozenset({502, 504})


class Repeatable(Enum):
    """After which failures a call may be sent once more."""

    ALWAYS = "always"
    """Reads, and changes that take the treatment out of use and lead to the same state when they are made twice."""

    IF_REFUSED = "if refused"
    """Predictions: where the service was not reached, or says that it did not answer the request."""

    IF_UNSENT = "if unsent"
    """Other changes: where no connection could be made. If an answer is lost, the change may have been made, and
    another person may have changed the test since."""


@dataclass(frozen=True)
class Retries:
    """How often a call is repeated, and how long it waits before.

    The wait is what the answer's `Retry-After` says. Without that header it is random, up to a limit that doubles each
    time, so that many callers do not come back at one moment.

    Attributes:
        attempts: of a call, the first one included
        first_wait: the limit of the first wait, in seconds
        longest_wait: the limit of any wait, in seconds; an answer that asks for more is raised at once

    >>> Retries(attempts=2).wait(1, Repeatable.ALWAYS, ServiceUnreachable()) <= 0.1
    True
    >>> Retries(attempts=2).wait(2, Repeatable.ALWAYS, ServiceUnreachable()) is None
    True
    """

    attempts: int = 4
    first_wait: float = 0.1
    longest_wait: float = 10.0

    def wait(self, attempt: int, repeatable: Repeatable, failure: UnderstudyError) -> float | None:
        """The seconds to wait before the next attempt, or None if there is none.

        Args:
            attempt: the number of the one that failed, from 1
            repeatable: what the call allows
            failure: how the attempt failed
        """
        if attempt >= self.attempts or not _may_repeat(repeatable, failure):
            return None
        asked = _retry_after(failure.headers) if isinstance(failure, ApiError) else None
        if asked is not None:
            return asked if asked <= self.longest_wait else None
        limit = min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))
        return random.uniform(0, limit)  # noqa: S311


NO_RETRIES = Retries(attempts=1)
"""Every failure is raised at once."""


def _may_repeat(repeatable: Repeatable, failure: UnderstudyError) -> bool:
    if isinstance(failure, ServiceUnreachable):
        unsent = isinstance(failure.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        return unsent or repeatable is Repeatable.ALWAYS
    if not isinstance(failure, ApiError):
        return False
    if failure.status == _TOO_MANY_REQUESTS:
        return True
    if failure.status == _UNAVAILABLE:
        return repeatable is not Repeatable.IF_UNSENT
    return failure.status in _PROXY_ERRORS and repeatable is Repeatable.ALWAYS


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The header in seconds: a number of them, or a time (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None

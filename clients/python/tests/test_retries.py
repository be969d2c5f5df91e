"""A call is repeated where that is safe, and after the time that the service asks for."""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from understudy import (
    NO_RETRIES,
    ApiError,
    AsyncUnderstudy,
    Retries,
    ServiceUnreachable,
    Unavailable,
    Understudy,
)
from understudy._call import Call

PROBLEM = {"title": "Service unavailable", "status": 503, "detail": "the database is away"}
QUICK = Retries(first_wait=0.001)


class answer(NamedTuple):  # noqa: N801
    """An answer of the service."""

    status: int
    retry_after: str | None = None

    def to(self, request: httpx.Request) -> httpx.Response:
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        body = PROBLEM if self.status >= 400 else {"done": True}
        return httpx.Response(self.status, json=body, headers=headers, request=request)


Behaviour = answer | type[httpx.TransportError]
Make = Callable[["Script", Call[Any], Retries], Any]


class Script(httpx.MockTransport):
    """A service that behaves as it is told, request by request."""

    def __init__(self, *behaviours: Behaviour) -> None:
        super().__init__(self._behave)
        self.behaviours = list(behaviours)
        self.requests: list[httpx.Request] = []

    def _behave(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        behaviour = self.behaviours.pop(0)
        if isinstance(behaviour, answer):
            return behaviour.to(request)
        raise behaviour("as the script says", request=request)


def waiting(script: Script, call: Call[Any], retries: Retries) -> Any:
    with Understudy("http://understudy", retries=retries, http=httpx.Client(transport=script)) as client:
        return client.send(call)


def awaiting(script: Script, call: Call[Any], retries: Retries) -> Any:
    async def make() -> Any:
        http = httpx.AsyncClient(transport=script)
        async with AsyncUnderstudy("http://understudy", retries=retries, http=http) as client:
            return await client.send(call)

    return asyncio.run(make())


@pytest.fixture(params=[waiting, awaiting])
def make(request: pytest.FixtureRequest) -> Make:
    """Makes a call: by the client that waits, or by the one for asyncio."""
    made: Make = request.param
    return made


CLIENT = Understudy("http://understudy")
READ = Understudy.get_test(CLIENT, "t")
SAFE_CHANGE = Understudy.disable_test(CLIENT, "t")
CHANGE = Understudy.enable_test(CLIENT, "t")
PREDICTION = Understudy.predict(CLIENT, "SPX", [0.5])


@pytest.mark.parametrize(
    ("call", "failure"),
    [
        (READ, httpx.ConnectError),
        (READ, httpx.ReadTimeout),
        (READ, httpx.RemoteProtocolError),
        (READ, answer(502)),
        (READ, answer(503)),
        (READ, answer(504)),
        (READ, answer(429)),
        (SAFE_CHANGE, httpx.ReadTimeout),
        (SAFE_CHANGE, answer(503)),
        (PREDICTION, httpx.ConnectError),
        (PREDICTION, answer(503)),
        (CHANGE, httpx.ConnectError),
        (CHANGE, httpx.ConnectTimeout),
        (CHANGE, answer(429)),
    ],
)
def test_a_call_is_repeated(make: Make, call: Call[Any], failure: Behaviour) -> None:
    script = Script(failure, failure, answer(200))

    assert make(script, call, QUICK) == {"done": True}
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    ("call", "failure"),
    [
        (READ, answer(400)),
        (READ, answer(404)),
        (READ, answer(409)),
        (READ, answer(500)),
        (PREDICTION, httpx.ReadTimeout),
        (PREDICTION, answer(504)),
        (CHANGE, httpx.ReadTimeout),
        (CHANGE, httpx.RemoteProtocolError),
        (CHANGE, answer(503)),
        (CHANGE, answer(502)),
        # once made, it would be a conflict with itself
        (Understudy.disable_test(CLIENT, "t", generation=3), httpx.ReadTimeout),
    ],
)
def test_a_call_is_not_repeated(make: Make, call: Call[Any], failure: Behaviour) -> None:
    script = Script(failure)

    with pytest.raises((ApiError, ServiceUnreachable)):
        make(script, call, QUICK)
    assert len(script.requests) == 1


def test_attempts_are_bounded_and_the_last_failure_is_raised(make: Make) -> None:
    script = Script(*[answer(503)] * 4)

    with pytest.raises(Unavailable, match="GET /api/v1/ab-test/t: 503 Service unavailable: the database is away"):
        make(script, READ, QUICK)
    assert len(script.requests) == 4


def test_without_retries_the_first_failure_is_raised(make: Make) -> None:
    script = Script(httpx.ConnectError)

    with pytest.raises(ServiceUnreachable, match="GET http://understudy/api/v1/ab-test/t: as the script says"):
        make(script, READ, NO_RETRIES)


def test_the_next_attempt_is_after_the_time_that_the_answer_asks_for(make: Make) -> None:
    script = Script(answer(503, retry_after="1"), answer(200))
    begin = time.monotonic()

    make(script, READ, QUICK)

    assert time.monotonic() - begin >= 1.0


def test_an_answer_that_asks_for_a_longer_time_than_allowed_is_raised_at_once(make: Make) -> None:
    script = Script(answer(503, retry_after="3600"))

    with pytest.raises(Unavailable):
        make(script, READ, QUICK)
    assert len(script.requests) == 1


def test_a_prediction_has_the_same_request_id_in_each_attempt(make: Make) -> None:
    script = Script(answer(503), answer(200))

    make(script, PREDICTION, QUICK)

    first, second = script.requests
    assert first.content == second.content
    assert b"request_id" in first.content


def refused(retry_after: str) -> Unavailable:
    return Unavailable(503, PROBLEM, {"Retry-After": retry_after}, "GET /")


def test_a_time_is_read_from_retry_after() -> None:
    soon = email.utils.formatdate(time.time() + 5, usegmt=True)

    wait = Retries().wait(1, READ.repeatable, refused(soon))

    assert wait is not None
    assert 3 <= wait <= 5


@pytest.mark.parametrize("nonsense", ["", "soon", "-1", "1.5", "²"])
def test_a_retry_after_that_cannot_be_read_counts_as_none(nonsense: str) -> None:
    wait = Retries(first_wait=0.5).wait(1, READ.repeatable, refused(nonsense))

    assert wait is not None
    assert 0 <= wait <= 0.5


def test_waits_grow_up_to_a_limit() -> None:
    retries = Retries(attempts=100, first_wait=1, longest_wait=4)

    def longest(attempt: int) -> float:
        waits = [retries.wait(attempt, READ.repeatable, ServiceUnreachable()) for _ in range(500)]
        return max(wait for wait in waits if wait is not None)

    assert 0.8 < longest(1) <= 1
    assert 1.6 < longest(2) <= 2
    assert 3.2 < longest(9) <= 4

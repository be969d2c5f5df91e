"""A call of the API as data, and the exchange that makes it. Neither sends anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import httpx

from understudy._checks import header
from understudy.errors import ApiError, ServiceUnreachable, UnderstudyError
from understudy.retries import Repeatable, Retries

__all__ = ["Attempt", "Call", "Exchange", "Outcome", "exchange"]

T = TypeVar("T")


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        # a page of a proxy, for example, which asks for a login
        raise ApiError.of(response) from None


@dataclass(frozen=True)
class Call(Generic[T]):
    """A call of the API.

    Attributes:
        query: parameters; those that are None are left out
        body: sent as JSON, or None for none
        repeatable: after which failures it may be sent once more
        accepts: statuses that are answers, beside 2xx
        timeout: how long the service may take, in seconds, where it is longer than the client's usual timeout
        read: makes the result of an answer
        paged: whether the result is a list that continues where the header Link says
    """

    method: str
    path: str
    query: Mapping[str, object | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: object | None = None
    repeatable: Repeatable = Repeatable.ALWAYS
    accepts: frozenset[int] = frozenset()
    timeout: float = 0.0
    read: Callable[[httpx.Response], T] = _json
    paged: bool = False

    def request(self, base_url: str, headers: Mapping[str, str], timeout: float) -> httpx.Request:
        """The request, to a service at that address that usually answers within the timeout."""
        given = {name: value for name, value in self.headers.items() if value is not None}
        content = b""
        if self.body is not None:
            # JSON has neither NaN nor infinity
            content = json.dumps(self.body, allow_nan=False).encode()
            given["Content-Type"] = "application/json"
        patience = httpx.Timeout(timeout, read=max(timeout, self.timeout))
        return httpx.Request(
            self.method,
            base_url + self.path,
            params={name: _text(value) for name, value in self.query.items() if value is not None} or None,
            headers=[header(name, value) for name, value in {**headers, **given}.items()],
            content=content,
            extensions={"timeout": patience.as_dict()},
        )


@dataclass(frozen=True)
class Attempt:
    """A request, to be sent after some seconds."""

    request: httpx.Request
    after: float = 0.0


Outcome = httpx.Response | httpx.TransportError
"""The result of an attempt: an answer, or the reason why there is none."""

Exchange = Generator[Attempt, Outcome, T]
"""Yields attempts, is sent their outcomes, and returns the result of the call."""


def exchange(call: Call[T], request: httpx.Request, retries: Retries) -> Exchange[T]:
    """Makes a call: repeats it as far as it allows, and reads the pages that follow."""
    response = yield from _answer(call, request, retries)
    result = call.read(response)
    while call.paged and "next" in response.links:
        response = yield from _answer(call, _following(request, response), retries)
        result = cast(T, [*cast(list[Any], result), *cast(list[Any], call.read(response))])
    return result


def _following(request: httpx.Request, response: httpx.Response) -> httpx.Request:
    """The request for the next page: the same list with other parameters, also where a proxy puts a path before it."""
    query = httpx.URL(response.links["next"]["url"]).query
    return httpx.Request(
        request.method,
        request.url.copy_with(query=query),
        headers=request.headers,
        extensions=request.extensions,
    )


def _answer(call: Call[T], request: httpx.Request, retries: Retries) -> Exchange[httpx.Response]:
    attempt, after = 1, 0.0
    while True:
        outcome = yield Attempt(request, after)
        failure: UnderstudyError
        if isinstance(outcome, httpx.TransportError):
            failure = ServiceUnreachable(f"{request.method} {request.url}: {str(outcome) or type(outcome).__name__}")
            failure.__cause__ = outcome
        elif outcome.is_success or outcome.status_code in call.accepts:
            return outcome
        else:
            failure = ApiError.of(outcome)
        wait = retries.wait(attempt, call.repeatable, failure)
        if wait is None:
            raise failure
        attempt, after = attempt + 1, wait


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

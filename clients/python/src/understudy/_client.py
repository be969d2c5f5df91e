"""The two clients. All they have of their own is how they send a request and how they wait."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Generic, TypeVar, cast

import httpx

from understudy import _checks
from understudy._api import Api
from understudy._call import Attempt, Call, Exchange, Outcome, exchange
from understudy.retries import Retries

__all__ = ["AsyncUnderstudy", "Understudy"]

T = TypeVar("T")
Http = TypeVar("Http", httpx.Client, httpx.AsyncClient)

_DEFAULT_URL = "http://localhost:8080"
_DEFAULT_TIMEOUT = 10.0


def _environment(name: str) -> str:
    """A variable without the blanks and the end of line that a file or a shell has left around it."""
    return os.environ.get(name, "").strip()


class _Connection(Api, Generic[Http]):
    """Where the service is, and what is sent along with each call."""

    def __init__(
        self,
        base_url: str | None = None,
        *,
        actor: str | None = None,
        token: str | None = None,
        timeout: float = _DEFAULT_TIMEOUT,
        retries: Retries | None = None,
        headers: Mapping[str, str] | None = None,
        http: Http | None = None,
    ) -> None:
        """Makes a client. It connects with its first call.

        Args:
            base_url: of the service; by default what `UNDERSTUDY_URL` in the environment says, else
                http://localhost:8080
            actor: who makes the changes, for the audit trail
            token: sent as `Authorization: Bearer`; by default what `UNDERSTUDY_TOKEN` in the environment says, without
                blanks around it
            timeout: the seconds that a connection or an answer may take. Calls that wait on purpose, such as `flush`,
                may take longer
            retries: when a call is repeated; `NO_RETRIES` for never
            headers: further headers of each request
            http: the client of httpx to use, with proxies or certificates of its own; it is closed with this one

        Raises:
            ValueError: if the address is none, or if something cannot be sent as a header
        """
        self.base_url = _checks.address(base_url or _environment("UNDERSTUDY_URL") or _DEFAULT_URL)
        self._timeout = timeout
        self._retries = retries or Retries()
        token = token or _environment("UNDERSTUDY_TOKEN")
        self._headers = {
            "Accept": "application/json",
            "User-Agent": f"understudy-python/{version('understudy')}",
            **({"X-Actor": actor} if actor else {}),
            **({"Authorization": f"Bearer {_checks.token(token)}"} if token else {}),
            **(headers or {}),
        }
        for name, value in self._headers.items():
            _checks.header(name, value)
        self._given = http is not None
        self._http: Http = http or self._new_http()

    def _open(self) -> None:
        """Lets a client that was closed connect again."""
        if not self._http.is_closed:
            return
        if self._given:
            raise RuntimeError("the client of httpx that was given is closed; make a new one, and a new client with it")
        self._http = self._new_http()

    def _new_http(self) -> Http:
        raise NotImplementedError

    def _exchange(self, call: Call[T]) -> Exchange[T]:
        return exchange(call, call.request(self.base_url, self._headers, self._timeout), self._retries)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"


class Understudy(_Connection[httpx.Client]):
    """The service, for code that waits. Several threads may share one.

    >>> with Understudy(url) as understudy:
    ...     understudy.predict("SPX", features, model="bull_specialist")["action"]
    'SELL'
    """

    def _new_http(self) -> httpx.Client:
        return httpx.Client()

    def send(self, call: Call[T]) -> T:
        """Makes a call and returns its result."""
        steps = self._exchange(call)
        try:
            attempt = next(steps)
            while True:
                attempt = steps.send(self._outcome(attempt))
        except StopIteration as done:
            return cast(T, done.value)

    def _outcome(self, attempt: Attempt) -> Outcome:
        time.sleep(attempt.after)
        try:
            return self._http.send(attempt.request)
        except httpx.TransportError as error:
            return error

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Understudy:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncUnderstudy(_Connection[httpx.AsyncClient]):
    """The service, for asyncio: the same operations, awaited.

    >>> async def action() -> str:
    ...     async with AsyncUnderstudy(url) as understudy:
    ...         prediction = await understudy.predict("SPX", features, model="bull_specialist")
    ...         return prediction["action"]
    >>> asyncio.run(action())
    'SELL'
    """

    def _new_http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient()

    async def send(self, call: Call[T]) -> T:
        """Makes a call and returns its result."""
        steps = self._exchange(call)
        try:
            attempt = next(steps)
            while True:
                attempt = steps.send(await self._outcome(attempt))
        except StopIteration as done:
            return cast(T, done.value)

    async def _outcome(self, attempt: Attempt) -> Outcome:
        await asyncio.sleep(attempt.after)
        try:
            return await self._http.send(attempt.request)
        except httpx.TransportError as error:
            return error

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncUnderstudy:
        self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

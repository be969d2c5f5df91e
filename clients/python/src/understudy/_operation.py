"""Operations: methods that describe a call once, for both clients."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from understudy._call import Call

if TYPE_CHECKING:
    from understudy._client import AsyncUnderstudy, Understudy

P = ParamSpec("P")
T = TypeVar("T")


class operation(Generic[P, T]):  # noqa: N801
    """Makes an operation of a method that returns its call.

    On an `Understudy` it makes the call and returns the result; on an `AsyncUnderstudy` the result is awaited.
    """

    def __init__(self, describe: Callable[Concatenate[Any, P], Call[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Callable[Concatenate[Any, P], Call[T]]: ...

    @overload
    def __get__(self, client: Understudy, owner: type) -> Callable[P, T]: ...

    @overload
    def __get__(self, client: AsyncUnderstudy, owner: type) -> Callable[P, Awaitable[T]]: ...

    def __get__(self, client: Any, owner: type) -> Callable[..., Any]:
        """The operation of a client; of a class, the method itself, which has the documentation."""
        if client is None:
            return self._describe

        def operate(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.send(self._describe(client, *args, **kwargs))

        return update_wrapper(operate, self._describe)

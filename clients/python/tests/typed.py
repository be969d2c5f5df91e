"""Compares a value with its declared type, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict


def differences(value: Any, declared: Any, where: str = "") -> Iterator[str]:
    """Where a value is not what its type says: keys that are missing, other types. Further keys are allowed."""
    origin, arguments = get_origin(declared), get_args(declared)
    if declared is Any:
        return
    if is_typeddict(declared):
        yield from _keys(value, declared, where)
    elif origin in (Union, UnionType):
        if not any(not list(differences(value, option, where)) for option in arguments):
            yield f"{where}: {value!r} is none of {declared}"
    elif origin is Literal:
        if value not in arguments:
            yield f"{where}: {value!r} is none of {arguments}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{where}: {value!r} is no list"
            return
        for position, element in enumerate(value):
            yield from differences(element, arguments[0], f"{where}[{position}]")
    elif origin is dict:
        if not isinstance(value, dict):
            yield f"{where}: {value!r} is no dict"
            return
        for key, element in value.items():
            yield from differences(key, arguments[0], f"{where} key")
            yield from differences(element, arguments[1], f"{where}.{key}")
    elif not _is(value, declared):
        yield f"{where}: {value!r} is no {declared}"


def _keys(value: Any, declared: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no dict"
        return
    for missing in declared.__required_keys__ - value.keys():
        yield f"{where}.{missing}: missing"
    hints = get_type_hints(declared)
    for key, element in value.items():
        if key in hints:
            yield from differences(element, hints[key], f"{where}.{key}")


def _is(value: Any, declared: type) -> bool:
    if declared is None or declared is NoneType:
        return value is None
    if declared is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if declared is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, declared)

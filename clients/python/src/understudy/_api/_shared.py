"""The parts of a call that several operations have."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from understudy._call import Call
from understudy.retries import Repeatable

__all__ = ["TESTS", "change", "given", "of_test"]

TESTS = "/api/v1/ab-test"


def of_test(test_id: str, *rest: str | int) -> str:
    """A path below a test."""
    if not test_id:
        raise ValueError("test_id: got an empty text; allowed: the id of a test")
    return "/".join([TESTS, *(quote(str(part), safe="") for part in (test_id, *rest))])


def change(
    method: str,
    path: str,
    body: object | None = None,
    *,
    actor: str | None = None,
    generation: int | None = None,
    repeatable: Repeatable = Repeatable.IF_UNSENT,
) -> Call[Any]:
    """A change, by a person and of the generation that the person has seen."""
    return Call(
        method,
        path,
        headers={"X-Actor": actor, "If-Match": None if generation is None else f'"{generation}"'},
        body=body,
        # made once, it would contradict itself
        repeatable=repeatable if generation is None else Repeatable.IF_UNSENT,
    )


def given(**fields: object | None) -> dict[str, object]:
    """The fields that are not None; the service knows the defaults of the others."""
    return {name: value for name, value in fields.items() if value is not None}

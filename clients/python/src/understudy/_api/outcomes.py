"""What the market made of predictions, and how it is evaluated."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from understudy._api._shared import change, of_test
from understudy._call import Call
from understudy._operation import operation
from understudy.retries import Repeatable
from understudy.types import Approval, Outcome, OutcomeCurve, OutcomePlan, TakenOutcomes, Test

__all__ = ["Outcomes"]


class Outcomes:
    """Realised outcomes, and the outcome plan of a test."""

    @operation
    def report_outcomes(self, outcomes: Iterable[Outcome]) -> Call[TakenOutcomes]:
        """Reports what the market made of predictions, up to 1,000 outcomes.

        They may come in any order, late, and again: what is known already counts as a duplicate. Items that make no
        sense are in `rejected`, and all others are taken. An error means that the whole batch has to be sent again.

        Args:
            outcomes: each of one request (`request_id`), or of all predictions of a symbol in [`from`, `to`). A time is
                a datetime with a time zone, or a text as ISO 8601 has it

        >>> from datetime import datetime, timezone
        >>> taken = client.report_outcomes([
        ...     {"request_id": new_id, "value": 0.0031, "observed_at": datetime(2026, 11, 28, 21, tzinfo=timezone.utc)},
        ...     {"symbol": "SPX", "from": "2026-11-28T00:00:00Z", "to": "2026-11-29T00:00:00Z", "value": -0.0042},
        ...     {"request_id": "r-2", "value": 1e9},
        ... ])
        >>> taken["accepted"], taken["waiting"], [item["index"] for item in taken["rejected"]]
        (2, 1, [2])
        """
        body = {"outcomes": [_item(position, outcome) for position, outcome in enumerate(outcomes)]}
        # an outcome that is sent twice counts once
        return Call("POST", "/api/v1/outcomes", body=body, repeatable=Repeatable.ALWAYS)

    @operation
    def update_outcome_plan(
        self, test_id: str, plan: OutcomePlan, *, actor: str | None = None, generation: int | None = None
    ) -> Call[Test | Approval]:
        """Gives a test an outcome plan, or changes it. What is left out keeps its value.

        Other positions, or another cost, clip, block or horizon, begin new evidence.

        Under four eyes, unless it is the first plan or only stricter, the answer is an `Approval`, which has
        `approval_id`, and nothing is done until another person approves it.

        Args:
            test_id: the test
            plan: a first plan needs positions, clip and limit
            actor: who changes it
            generation: of the test for which that was decided

        >>> plan = {"positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "clip": 0.05, "limit": -0.0005}
        >>> client.update_outcome_plan(test_id, plan)["outcome"]["block"]
        'P1D'
        """
        return change("PUT", of_test(test_id, "outcome"), plan, actor=actor, generation=generation)

    @operation
    def get_outcome_plan(self, test_id: str) -> Call[OutcomePlan]:
        """The outcome plan of a test. `NotFound` if it has none: then outcomes are not evaluated.

        >>> client.get_outcome_plan(test_id)
        Traceback (most recent call last):
        understudy.errors.NotFound: ...
        """
        return Call("GET", of_test(test_id, "outcome"))

    @operation
    def get_outcomes(self, test_id: str, hours_back: int = 24) -> Call[OutcomeCurve]:
        """What both models earned, block by block, oldest first.

        Args:
            test_id: the test
            hours_back: the window, 1 to 2160 hours

        >>> client.get_outcomes(test_id, hours_back=720)["blocks"]
        []
        """
        return Call("GET", of_test(test_id, "outcomes"), query={"hours_back": hours_back})


def _item(position: int, outcome: Outcome) -> dict[str, object]:
    # JSON has no NaN, and a time without a zone could mean any
    value = outcome["value"]
    if not math.isfinite(value):
        raise ValueError(f"outcomes[{position}].value: got {value}; allowed: a finite number, a return as a fraction")
    item: dict[str, object] = dict(outcome)
    for name, given in item.items():
        if isinstance(given, datetime):
            if given.tzinfo is None:
                raise ValueError(f"outcomes[{position}].{name}: got {given}; allowed: a datetime with a time zone")
            item[name] = given.isoformat()
    return item

"""Tests of two models."""

from __future__ import annotations

from dataclasses import replace

from understudy._api._shared import TESTS, change, given, of_test
from understudy._call import Call
from understudy._operation import operation
from understudy.retries import Repeatable
from understudy.types import ABTestMode, Guardrails, OutcomePlan, RampPlan, SplitUpdated, Test, TestStatus

__all__ = ["Tests"]

# the service waits up to 90 s for the database
_FLUSH_SECONDS = 100.0


class Tests:
    """Creates, shows, changes and deletes tests."""

    @operation
    def create_test(
        self,
        test_id: str,
        control_model: str,
        treatment_model: str,
        traffic_split: float | None = None,
        mode: ABTestMode | str | None = None,
        description: str | None = None,
        *,
        explicit: bool | None = None,
        pairs: float | None = None,
        guardrails: Guardrails | None = None,
        ramp: RampPlan | None = None,
        control_deadline_ms: int | None = None,
        treatment_deadline_ms: int | None = None,
        control_digest: str | None = None,
        treatment_digest: str | None = None,
        on_model_change: str | None = None,
        aa: bool | None = None,
        four_eyes: bool | None = None,
        symbols: list[str] | None = None,
        outcome: OutcomePlan | None = None,
        actor: str | None = None,
    ) -> Call[Test]:
        """Creates a test, which is enabled at once. What is left out has the service's default.

        Args:
            test_id: 1 to 100 of A-Z a-z 0-9 . _ -
            control_model: the model that is in use
            treatment_model: the model that may replace it
            traffic_split: the fraction of units that the treatment gets, 0.0 to 1.0; by default 0.05
            mode: by default a traffic split
            description: for people
            explicit: whether the test applies only to predictions that name it
            pairs: the fraction of a split's requests that both models answer, for the comparison; by default 0.1
            guardrails: limits that differ from the default ones
            ramp: raises the split step by step, by default after a shadow stage; it sets the split and the mode
            control_deadline_ms: how long control may take
            treatment_deadline_ms: how long the treatment may take, before control answers
            control_digest: the version of control that is required
            treatment_digest: the version of the treatment that is required
            on_model_change: "pause" (the default), "continue" or "roll_back", when a version changes under the test
            aa: an A/A test, which compares a model with itself
            four_eyes: whether another person has to approve a promotion, a step of a ramp that needs approval, and
                looser limits; by default where the service knows its callers
            symbols: the symbols that it is for, or their beginnings with * at the end, such as BTC-*; by default all
            outcome: how realised outcomes are evaluated; by default they are not
            actor: who creates it

        >>> test = client.create_test(
        ...     new_id, "bull_specialist", "bull_specialist_v2", traffic_split=0.05, explicit=True,
        ...     guardrails={"agreement": {"limit": 0.9, "action": "roll_back"}})
        >>> test["enabled"], test["traffic_split"], test["guardrails"]["agreement"]["limit"]
        (True, 0.05, 0.9)
        """
        body = given(
            test_id=test_id,
            control_model=control_model,
            treatment_model=treatment_model,
            traffic_split=traffic_split,
            mode=mode,
            description=description,
            explicit=explicit,
            pairs=pairs,
            guardrails=guardrails,
            ramp=ramp,
            control_deadline_ms=control_deadline_ms,
            treatment_deadline_ms=treatment_deadline_ms,
            control_digest=control_digest,
            treatment_digest=treatment_digest,
            on_model_change=on_model_change,
            aa=aa,
            four_eyes=four_eyes,
            symbols=symbols,
            outcome=outcome,
        )
        return change("POST", f"{TESTS}/create", body, actor=actor)

    @operation
    def list_tests(self, enabled: bool | None = None) -> Call[list[Test]]:  # noqa: FBT001
        """All tests that are not deleted, newest first, from as many pages as there are.

        Args:
            enabled: only those that are enabled, or only those that are not

        >>> test_id in [test["test_id"] for test in client.list_tests(enabled=True)]
        True
        """
        return Call("GET", f"{TESTS}/list", query={"enabled": enabled}, paged=True)

    @operation
    def get_test(self, test_id: str) -> Call[Test]:
        """A test; one that is deleted has `deleted_at`.

        >>> client.get_test(test_id)["control_model"]
        'bull_specialist'
        """
        return Call("GET", of_test(test_id))

    @operation
    def update_traffic_split(
        self, test_id: str, traffic_split: float, *, actor: str | None = None, generation: int | None = None
    ) -> Call[SplitUpdated]:
        """Changes the split. This pauses a ramp in progress.

        A larger split only moves units from control to treatment, and a smaller one only back.

        >>> client.update_traffic_split(test_id, 0.10)["traffic_split"]
        0.1
        """
        body = {"traffic_split": traffic_split}
        return change("POST", of_test(test_id, "update-split"), body, actor=actor, generation=generation)

    @operation
    def update_symbols(
        self, test_id: str, symbols: list[str] | None, *, actor: str | None = None, generation: int | None = None
    ) -> Call[Test]:
        """Changes the symbols that a test is for. It does not apply to requests with another symbol.

        Args:
            test_id: the test
            symbols: symbols, or their beginnings with * at the end; None or an empty list for all
            actor: who changes them
            generation: of the test for which that was decided

        >>> client.update_symbols(test_id, ["SPX", "BTC-*"])["symbols"]
        ['SPX', 'BTC-*']
        >>> print(client.update_symbols(test_id, None)["symbols"])
        None
        """
        body = {"symbols": symbols}
        return change("PUT", of_test(test_id, "symbols"), body, actor=actor, generation=generation)

    @operation
    def disable_test(
        self, test_id: str, *, reason: str | None = None, actor: str | None = None, generation: int | None = None
    ) -> Call[TestStatus]:
        """Takes the treatment out of use: control answers everything. It may be repeated.

        Args:
            test_id: the test
            reason: it is recorded
            actor: who disables it
            generation: of the test for which that was decided; without it the test is disabled whoever changed it

        >>> client.disable_test(test_id)["status"]
        'disabled'
        """
        path = of_test(test_id, "disable")
        body = None if reason is None else {"reason": reason}
        return change("POST", path, body, actor=actor, generation=generation, repeatable=Repeatable.ALWAYS)

    @operation
    def enable_test(self, test_id: str, *, actor: str | None = None, generation: int | None = None) -> Call[TestStatus]:
        """Lets the treatment be used again. A `Conflict` if another enabled test has the same control.

        >>> client.enable_test(test_id)["status"]
        'enabled'
        """
        return change("POST", of_test(test_id, "enable"), actor=actor, generation=generation)

    @operation
    def delete_test(self, test_id: str, *, actor: str | None = None, generation: int | None = None) -> Call[None]:
        """Deletes a test. Its results, its audit trail and its id are kept.

        >>> client.delete_test(test_id)
        >>> "deleted_at" in client.get_test(test_id)
        True
        """
        call = change("DELETE", of_test(test_id), actor=actor, generation=generation)
        return replace(call, read=lambda _: None)

    @operation
    def flush(self, test_id: str) -> Call[TestStatus]:
        """Waits until the results that the replica has recorded so far are in the database.

        >>> client.flush(test_id)["status"]
        'flushed'
        """
        return replace(change("POST", of_test(test_id, "flush")), timeout=_FLUSH_SECONDS)

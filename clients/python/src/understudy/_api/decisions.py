"""Decisions about a test, and their traces."""

from __future__ import annotations

from understudy._api._shared import change, of_test
from understudy._call import Call
from understudy._operation import operation
from understudy.types import Approval, AuditEvent, GuardrailName, Guardrails, Promotion, Replay, Test, TestStatus

__all__ = ["Decisions"]


class Decisions:
    """Promotions, limits, and the audit trail."""

    @operation
    def promote(
        self,
        test_id: str,
        *,
        override: str | None = None,
        actor: str | None = None,
        generation: int | None = None,
    ) -> Call[TestStatus | Approval]:
        """Makes the treatment answer for control's name, and disables the test.

        A `Conflict` with the verdict's reasons, unless the verdict is promote or there is a reason for an override.

        Under four eyes the answer is an `Approval`, which has `approval_id`, and nothing is done until another person
        approves it.

        Args:
            test_id: the test
            override: the reason to promote against the verdict; it is recorded
            actor: who promotes it
            generation: of the test for which that was decided

        >>> client.promote(test_id)
        Traceback (most recent call last):
        understudy.errors.Conflict: ...
        >>> client.promote(test_id, override="an example has no evidence")["status"]
        'promoted'
        >>> client.revert_promotion(test_id)["status"]
        'promotion_reverted'
        """
        body = None if override is None else {"override": override}
        return change("POST", of_test(test_id, "promote"), body, actor=actor, generation=generation)

    @operation
    def revert_promotion(
        self, test_id: str, *, actor: str | None = None, generation: int | None = None
    ) -> Call[TestStatus | Approval]:
        """Takes a promotion back: control answers for its own name again. The test stays disabled.

        Under four eyes the answer is an `Approval`, which has `approval_id`, and nothing is done until another person
        approves it.

        >>> client.revert_promotion(test_id)
        Traceback (most recent call last):
        understudy.errors.Conflict: ...
        """
        return change("DELETE", of_test(test_id, "promote"), actor=actor, generation=generation)

    @operation
    def list_promotions(self) -> Call[list[Promotion]]:
        """The promotions in force, by the model name that callers ask for.

        >>> [promotion["serves"] for promotion in client.list_promotions()]
        []
        """
        return Call("GET", "/api/v1/promotions")

    @operation
    def update_guardrails(
        self, test_id: str, guardrails: Guardrails, *, actor: str | None = None, generation: int | None = None
    ) -> Call[Test | Approval]:
        """Changes limits. What is left out keeps its value; a guardrail whose limit changes starts again.

        Under four eyes, where one becomes looser, the answer is an `Approval`, which has `approval_id`, and nothing is
        done until another person approves it.

        >>> test = client.update_guardrails(test_id, {"agreement": {"limit": 0.95}})
        >>> test["guardrails"]["agreement"]["limit"], test["guardrails"]["agreement"]["minimum_samples"]
        (0.95, 100)
        """
        path = of_test(test_id, "guardrails")
        return change("PUT", path, guardrails, actor=actor, generation=generation)

    @operation
    def clear_guardrail(
        self,
        test_id: str,
        guardrail: GuardrailName | str,
        reason: str,
        *,
        actor: str | None = None,
        generation: int | None = None,
    ) -> Call[TestStatus]:
        """Takes back the breach of a guardrail, for a reason that is recorded. A `Conflict` if there is none.

        >>> client.clear_guardrail(test_id, "agreement", "the market feed repeated an hour")
        Traceback (most recent call last):
        understudy.errors.Conflict: ...
        """
        path = of_test(test_id, "guardrails", guardrail, "clear")
        return change("POST", path, {"reason": reason}, actor=actor, generation=generation)

    @operation
    def get_events(self, test_id: str, limit: int = 100) -> Call[list[AuditEvent]]:
        """The audit trail of a test, newest first.

        >>> [(event["actor"], event["action"]) for event in client.get_events(test_id)]
        [('ada', 'created')]
        """
        return Call("GET", of_test(test_id, "events"), query={"limit": limit})

    @operation
    def replay(self, test_id: str, event_id: int) -> Call[Replay]:
        """Evaluates a decision again, from the evidence that is stored with its event.

        >>> client.replay(test_id, client.get_events(test_id)[0]["event_id"])
        Traceback (most recent call last):
        understudy.errors.Conflict: ... carries no evidence; only decisions based on evidence do
        """
        return Call("GET", of_test(test_id, "events", event_id, "replay"))

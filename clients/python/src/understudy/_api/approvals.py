"""Changes that another person has to approve."""

from __future__ import annotations

from urllib.parse import quote

from understudy._api._shared import change
from understudy._call import Call
from understudy._operation import operation
from understudy.types import Approval

__all__ = ["Approvals"]

_APPROVALS = "/api/v1/approvals"


class Approvals:
    """What one person asked for, of a test under four eyes, and another approves or rejects.

    `promote`, `revert_promotion`, `approve_ramp`, `update_guardrails` and `update_outcome_plan` answer with an approval
    where they need one. It is the answer with `approval_id`.
    """

    @operation
    def list_approvals(self, state: str | None = None, limit: int | None = None) -> Call[list[Approval]]:
        """The approvals, newest first, without their reports.

        Args:
            state: only those that are "pending", "approved", "rejected", "stale" or "expired"
            limit: how many at most, 1 to 1000; by default 100

        >>> _ = client.create_test(new_id, "bull_specialist", "bull_specialist_v2", explicit=True, four_eyes=True)
        >>> answer = client.update_guardrails(new_id, {"agreement": {"limit": 0.5}})
        >>> client.list_approvals("pending", limit=1) == [answer]
        True
        """
        return Call("GET", _APPROVALS, query={"state": state, "limit": limit})

    @operation
    def get_approval(self, approval_id: str) -> Call[Approval]:
        """An approval, with the report on the test as it was when it was asked for.

        >>> _ = client.create_test(new_id, "bull_specialist", "bull_specialist_v2", explicit=True, four_eyes=True)
        >>> answer = client.update_guardrails(new_id, {"agreement": {"limit": 0.5}})
        >>> approval = client.get_approval(answer["approval_id"])
        >>> approval["what"], approval["state"], approval["report"]["verdict"]
        ('loosen_guardrails', 'pending', 'insufficient_data')
        """
        return Call("GET", _of_approval(approval_id))

    @operation
    def approve(self, approval_id: str, *, actor: str | None = None) -> Call[Approval]:
        """Approves what another person asked for, and does it.

        `Forbidden` for the person who asked, and for the one who was the last to change the test. A `Conflict` if it is
        not pending any more, such as after a change of the test, or if it cannot be done now.

        Args:
            approval_id: the approval
            actor: who approves it

        >>> _ = client.create_test(new_id, "bull_specialist", "bull_specialist_v2", explicit=True, four_eyes=True)
        >>> answer = client.update_guardrails(new_id, {"agreement": {"limit": 0.5}})
        >>> client.approve(answer["approval_id"])
        Traceback (most recent call last):
        understudy.errors.Forbidden: ...
        >>> approval = client.approve(answer["approval_id"], actor="grace")
        >>> approval["state"], approval["decided_by"], client.get_test(new_id)["guardrails"]["agreement"]["limit"]
        ('approved', 'grace', 0.5)
        """
        return change("POST", _of_approval(approval_id, "approve"), actor=actor)

    @operation
    def reject(self, approval_id: str, reason: str, *, actor: str | None = None) -> Call[Approval]:
        """Rejects what another person asked for. Nothing is done.

        Args:
            approval_id: the approval
            reason: why; it is recorded
            actor: who rejects it, neither the person who asked nor the one who was the last to change the test

        >>> _ = client.create_test(new_id, "bull_specialist", "bull_specialist_v2", explicit=True, four_eyes=True)
        >>> answer = client.update_guardrails(new_id, {"agreement": {"limit": 0.5}})
        >>> client.reject(answer["approval_id"], "the evidence is from one calm week", actor="grace")["state"]
        'rejected'
        """
        return change("POST", _of_approval(approval_id, "reject"), {"reason": reason}, actor=actor)


def _of_approval(approval_id: str, *rest: str) -> str:
    """A path below an approval."""
    if not approval_id:
        raise ValueError("approval_id: got an empty text; allowed: the id of an approval")
    return "/".join([_APPROVALS, quote(approval_id, safe=""), *rest])

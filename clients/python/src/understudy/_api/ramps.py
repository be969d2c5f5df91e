"""Ramps: splits that rise step by step, as the evidence allows."""

from __future__ import annotations

from understudy._api._shared import change, of_test
from understudy._call import Call
from understudy._operation import operation
from understudy.retries import Repeatable
from understudy.types import Approval, Ramp, RampPlan

__all__ = ["Ramps"]


class Ramps:
    """The ramp of a test."""

    @operation
    def start_ramp(
        self,
        test_id: str,
        plan: RampPlan | None = None,
        *,
        actor: str | None = None,
        generation: int | None = None,
    ) -> Call[Ramp]:
        """Starts a ramp. The test enters its first stage at once: a shadow stage, unless the plan says otherwise.

        Args:
            test_id: the test
            plan: what is left out has the service's default
            actor: who starts it
            generation: of the test for which that was decided

        >>> ramp = client.start_ramp(test_id, {"steps": [0.05, {"split": 0.5, "hold_seconds": 7200}, 1.0]})
        >>> ramp["state"], ramp["step"]
        ('rehearsing', 0)
        """
        return change("POST", of_test(test_id, "ramp"), plan or {}, actor=actor, generation=generation)

    @operation
    def get_ramp(self, test_id: str) -> Call[Ramp]:
        """The ramp of a test, also after it has ended. `NotFound` if it has none.

        >>> client.get_ramp(test_id)
        Traceback (most recent call last):
        understudy.errors.NotFound: ...
        """
        return Call("GET", of_test(test_id, "ramp"))

    @operation
    def pause_ramp(self, test_id: str, *, actor: str | None = None, generation: int | None = None) -> Call[Ramp]:
        """Pauses the ramp: the test does not change, and its guardrails stay in force. It may be repeated.

        >>> _ = client.start_ramp(test_id)
        >>> client.pause_ramp(test_id)["state"]
        'paused'
        """
        path = of_test(test_id, "ramp", "pause")
        return change("POST", path, actor=actor, generation=generation, repeatable=Repeatable.ALWAYS)

    @operation
    def resume_ramp(self, test_id: str, *, actor: str | None = None, generation: int | None = None) -> Call[Ramp]:
        """Resumes the ramp where it was paused.

        >>> _ = client.start_ramp(test_id)
        >>> _ = client.pause_ramp(test_id)
        >>> client.resume_ramp(test_id)["state"]
        'rehearsing'
        """
        return change("POST", of_test(test_id, "ramp", "resume"), actor=actor, generation=generation)

    @operation
    def approve_ramp(
        self, test_id: str, *, actor: str | None = None, generation: int | None = None
    ) -> Call[Ramp | Approval]:
        """Approves the next step. A `Conflict` if none awaits approval, or if the evidence no longer allows it.

        Under four eyes the answer is an `Approval`, which has `approval_id`, and the ramp waits until another person
        approves it.

        >>> _ = client.start_ramp(test_id, {"approval": "approve"})
        >>> client.approve_ramp(test_id)
        Traceback (most recent call last):
        understudy.errors.Conflict: ...
        """
        return change("POST", of_test(test_id, "ramp", "approve"), actor=actor, generation=generation)

    @operation
    def abort_ramp(self, test_id: str, *, actor: str | None = None, generation: int | None = None) -> Call[Ramp]:
        """Ends the ramp and disables the test. It may be repeated.

        >>> _ = client.start_ramp(test_id)
        >>> client.abort_ramp(test_id)["state"]
        'aborted'
        """
        path = of_test(test_id, "ramp", "abort")
        return change("POST", path, actor=actor, generation=generation, repeatable=Repeatable.ALWAYS)

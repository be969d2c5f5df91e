"""The API, each operation once."""

from __future__ import annotations

from understudy._api.approvals import Approvals
from understudy._api.audit import Audit
from understudy._api.decisions import Decisions
from understudy._api.models import Models
from understudy._api.outcomes import Outcomes
from understudy._api.predictions import Predictions
from understudy._api.ramps import Ramps
from understudy._api.results import Results
from understudy._api.service import Service
from understudy._api.tests import Tests

__all__ = ["Api"]


class Api(Predictions, Tests, Results, Decisions, Approvals, Ramps, Outcomes, Models, Audit, Service):
    """All operations of the service.

    Changes take two arguments more. `actor` is who makes the change, for the audit trail, if it is not the client's.
    Where a test is changed, `generation` is that of the test for which the change was decided: if the test has changed
    since, that is a `Conflict`.

    A change of a test under four eyes may answer with an `Approval`, and nothing is done until another person approves
    it: `if "approval_id" in answer`.
    """

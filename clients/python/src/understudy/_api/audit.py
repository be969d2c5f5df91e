"""The audit trail of all tests."""

from __future__ import annotations

from understudy._call import Call
from understudy._operation import operation
from understudy.types import AuditVerification, Identity

__all__ = ["Audit"]

# five years of events
_EXPORT_SECONDS = 300.0


class Audit:
    """The chain of events, each with its hash and that of the event before it."""

    @operation
    def get_identity(self) -> Call[Identity]:
        """Who the service takes the caller for, and their roles.

        >>> "viewer" in client.get_identity()["roles"]
        True
        """
        return Call("GET", "/api/v1/identity")

    @operation
    def verify_audit(self) -> Call[AuditVerification]:
        """Whether the chain is intact. Compare its head with one that was kept elsewhere.

        >>> client.verify_audit()["intact"]
        True
        """
        return Call("GET", "/api/v1/audit/verify", timeout=_EXPORT_SECONDS)

    @operation
    def export_audit(
        self, from_time: str | None = None, to_time: str | None = None, after: int | None = None
    ) -> Call[str]:
        """The events, a line each, as they are hashed: canonical JSON with `previous_hash` and `hash` at the end.

        Args:
            from_time: events at this time or later, such as 2026-11-28T00:00:00Z
            to_time: events before this time
            after: events after this position

        >>> '"created"' in client.export_audit()
        True
        """
        return Call(
            "GET",
            "/api/v1/audit/export",
            query={"from": from_time, "to": to_time, "after": after},
            headers={"Accept": "application/x-ndjson"},
            timeout=_EXPORT_SECONDS,
            read=lambda response: response.text,
        )

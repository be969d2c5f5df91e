"""The service itself."""

from __future__ import annotations

from typing import Any

from understudy import _metrics
from understudy._call import Call
from understudy._operation import operation
from understudy.retries import Repeatable
from understudy.types import Health, Sample

__all__ = ["Service"]

_DOWN = 503


class Service:
    """The state of the replica that answers."""

    @operation
    def health(self, probe: str = "ready") -> Call[Health]:
        """The state of the replica, with its checks. A replica that is not ready answers, too.

        Args:
            probe: "ready", "live" or "started"

        >>> client.health()["status"]
        'UP'
        """
        return Call(
            "GET",
            f"/q/health/{probe}",
            accepts=frozenset({_DOWN}),
            repeatable=Repeatable.ALWAYS,
        )

    @operation
    def metrics(self) -> Call[list[Sample]]:
        """The metrics of the replica, as Prometheus scrapes them.

        >>> next(sample.value for sample in client.metrics() if sample.name == "understudy_rollout_leader")
        1.0
        """
        return Call(
            "GET",
            "/q/metrics",
            headers={"Accept": "text/plain"},
            read=lambda response: list(_metrics.samples(response.text)),
        )

    @operation
    def openapi(self) -> Call[dict[str, Any]]:
        """The OpenAPI document.

        >>> client.openapi()["info"]["title"]
        'Understudy'
        """
        return Call("GET", "/q/openapi", query={"format": "json"})

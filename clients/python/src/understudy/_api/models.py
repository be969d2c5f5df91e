"""Models, on all replicas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from understudy._api._shared import change
from understudy._call import Call
from understudy._operation import operation
from understudy.types import DryRun, Model, Reload

__all__ = ["Models"]

# with one replica the service waits until the models have loaded
_RELOAD_SECONDS = 120.0


class Models:
    """What is loaded, and reloads."""

    @operation
    def list_models(self) -> Call[list[Model]]:
        """The folders of the models directory; one that does not load says why.

        >>> {model["name"]: model["state"] for model in client.list_models()}["bull_specialist"]
        'loaded'
        """
        return Call("GET", "/api/v1/models")

    @operation
    def reload_models(self, *, actor: str | None = None) -> Call[list[Model] | Reload]:
        """Reads the models directory again, and switches to what has changed.

        With one replica, or when nothing has changed, the answer is the list of the models. With more it is the reload,
        which goes on: `get_reload` says how far it is.

        >>> all(model["name"] for model in client.reload_models())
        True
        """
        return replace(change("POST", "/api/v1/models/reload", actor=actor), timeout=_RELOAD_SECONDS)

    @operation
    def get_reload(self, reload_id: str) -> Call[Reload]:
        """How far each replica is with each model of a reload.

        >>> client.get_reload("01a20e94-7900-7f19-b0c1-c2954a5ada9d")
        Traceback (most recent call last):
        understudy.errors.NotFound: ...
        """
        return Call("GET", f"/api/v1/models/reloads/{quote(reload_id, safe='')}")

    @operation
    def dry_run(self, name: str, features: Sequence[float]) -> Call[DryRun]:
        """What a model answers: its own numbers, and what the service reads from them. Nothing is recorded.

        >>> client.dry_run("bull_specialist", [0.5] * 43)["actions"]
        ['HOLD', 'BUY', 'SELL']
        """
        return Call("POST", f"/api/v1/models/{quote(name, safe='')}/dry-run", body={"features": list(features)})

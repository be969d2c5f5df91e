"""The names of the service that this one follows, so that its callers need other imports and little else.

docs/migrating.md goes through it section by section. New code uses `Understudy` and `AsyncUnderstudy`, which have the
whole API.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypedDict

from understudy import assignment
from understudy._client import AsyncUnderstudy, Understudy
from understudy.errors import NotFound
from understudy.types import (
    ABTestMode,
    Action,
    ActionCounts,
    ActionTable,
    Prediction,
    SplitCheck,
    Statistics,
    Test,
)

__all__ = ["ABTestConfig", "ABTestStorageBackend", "ABTestingManager", "ActionDistribution"]


@dataclass(frozen=True)
class ABTestConfig:
    """A test as it was when it was read.

    Attributes:
        details: everything that the service says about the test
    """

    test_id: str
    mode: ABTestMode
    control_model: str
    treatment_model: str
    traffic_split: float
    enabled: bool
    shadow_mode: bool
    created_at: datetime
    description: str
    details: Test = field(repr=False, compare=False)

    @staticmethod
    def of(test: Test) -> ABTestConfig:
        """The test as the service shows it."""
        mode = ABTestMode(test["mode"])
        return ABTestConfig(
            test_id=test["test_id"],
            mode=mode,
            control_model=test["control_model"],
            treatment_model=test["treatment_model"],
            traffic_split=test["traffic_split"],
            enabled=test["enabled"],
            shadow_mode=mode is ABTestMode.SHADOW,
            # Python 3.10 does not read the Z
            created_at=datetime.fromisoformat(test["created_at"].replace("Z", "+00:00")),
            description=test["description"],
            details=test,
        )


class ABTestingManager:
    """Manages tests.

    Args:
        service: the service, or its address; by default what `UNDERSTUDY_URL` in the environment says
        connection: further arguments of `Understudy`, such as `actor`

    >>> manager = ABTestingManager(url, actor="ada")
    >>> config = manager.create_test(
    ...     test_id=new_id,
    ...     control_model="bull_specialist",
    ...     treatment_model="bull_specialist_v2",
    ...     traffic_split=0.05,
    ...     mode=ABTestMode.TRAFFIC_SPLIT,
    ...     description="5% canary deployment",
    ...     explicit=True,
    ... )
    >>> config.traffic_split, config.enabled
    (0.05, True)
    >>> manager.update_traffic_split(new_id, 0.10)
    >>> manager.disable_test(new_id)
    >>> manager.get_test(new_id).enabled
    False
    >>> manager.close()
    """

    def __init__(self, service: Understudy | str | None = None, **connection: Any) -> None:
        self.client = service if isinstance(service, Understudy) else Understudy(service, **connection)

    def create_test(
        self,
        test_id: str,
        control_model: str,
        treatment_model: str,
        traffic_split: float | None = None,
        mode: ABTestMode | str | None = None,
        description: str = "",
        **options: Any,
    ) -> ABTestConfig:
        """Creates a test. `options` are the further arguments of `Understudy.create_test`, such as `ramp`."""
        return ABTestConfig.of(
            self.client.create_test(
                test_id, control_model, treatment_model, traffic_split, mode, description, **options
            )
        )

    def get_test(self, test_id: str) -> ABTestConfig:
        """A test."""
        return ABTestConfig.of(self.client.get_test(test_id))

    def list_tests(self) -> list[Test]:
        """All tests that are not deleted, as dictionaries."""
        return self.client.list_tests()

    def update_traffic_split(self, test_id: str, traffic_split: float) -> None:
        """Changes the split."""
        self.client.update_traffic_split(test_id, traffic_split)

    def enable_test(self, test_id: str) -> None:
        """Lets the treatment be used again."""
        self.client.enable_test(test_id)

    def disable_test(self, test_id: str) -> None:
        """Routes all traffic to control."""
        self.client.disable_test(test_id)

    def get_test_stats(self, test_id: str, hours_back: int = 24) -> Statistics:
        """Statistics of the test's rows in the database."""
        return self.client.get_test_stats(test_id, hours_back)

    def assign_group(self, request_id: str, test_id: str) -> Literal["control", "treatment"]:
        """The group that the request's unit has at the present split. A test that does not exist has control alone."""
        try:
            split = self.client.get_test(test_id)["traffic_split"]
        except NotFound:
            return "control"
        return assignment.assigned_group(test_id, request_id, split)

    async def predict_with_ab_test(
        self, test_id: str, request_id: str, features: Iterable[float], symbol: str = "-"
    ) -> tuple[Action, float, list[float], Prediction]:
        """Predicts under a test.

        Returns:
            the action, its confidence, the probabilities of all actions in the order of `action_probabilities`, and the
            whole prediction
        """
        prediction = await asyncio.to_thread(
            self.client.predict, symbol, features, request_id=request_id, test_id=test_id
        )
        probabilities = list(prediction["action_probabilities"].values())
        return prediction["action"], prediction["confidence"], probabilities, prediction

    def close(self) -> None:
        """Closes the connections."""
        self.client.close()

    def __enter__(self) -> ABTestingManager:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def flush_results(self) -> None:
        """Waits until the results so far are in the database. The service writes them by itself, soon after."""
        tests = await asyncio.to_thread(self.client.list_tests)
        if tests:
            # one of them is enough: the service keeps one journal
            await asyncio.to_thread(self.client.flush, tests[0]["test_id"])


class ActionDistribution(TypedDict):
    """Counts of actions.

    `distribution` is as it always was. `matrix` has the rows that both models answered.
    """

    test_id: str
    time_window_hours: int
    distribution: dict[Literal["control", "treatment"], ActionCounts]
    control: ActionCounts
    treatment: ActionCounts
    matrix: dict[Action, ActionCounts]


class ABTestStorageBackend:
    """Results of tests, for asyncio.

    Args:
        service: the service, or its address; by default what `UNDERSTUDY_URL` in the environment says
        connection: further arguments of `AsyncUnderstudy`

    >>> async def agreement() -> float | None:
    ...     async with ABTestStorageBackend(url) as storage:
    ...         stats = await storage.get_test_stats(test_id, hours_back=168)
    ...         return stats["metrics"]["comparison"]["agreement_rate"]
    >>> print(asyncio.run(agreement()))
    None
    """

    def __init__(self, service: AsyncUnderstudy | str | None = None, **connection: Any) -> None:
        self.client = service if isinstance(service, AsyncUnderstudy) else AsyncUnderstudy(service, **connection)

    async def connect(self) -> None:
        """Checks that the service answers. It may be called again after `disconnect`."""
        await self.client.__aenter__()
        await self.client.health("live")

    async def disconnect(self) -> None:
        """Closes the connections."""
        await self.client.close()

    async def get_test_stats(self, test_id: str, hours_back: int = 24) -> Statistics:
        """Statistics of the last hours."""
        return await self.client.get_test_stats(test_id, hours_back)

    async def verify_traffic_split(self, test_id: str, hours_back: int = 1) -> SplitCheck:
        """The split that was configured, and the one that came out."""
        return await self.client.verify_traffic_split(test_id, hours_back)

    async def get_action_distribution(self, test_id: str, hours_back: int = 24) -> ActionDistribution:
        """Counts of the actions of control and treatment."""
        table: ActionTable = await self.client.get_action_distribution(test_id, hours_back)
        return {
            "test_id": table["test_id"],
            "time_window_hours": table["time_window_hours"],
            "distribution": {"control": table["control"], "treatment": table["treatment"]},
            "control": table["control"],
            "treatment": table["treatment"],
            "matrix": table["matrix"],
        }

    async def __aenter__(self) -> ABTestStorageBackend:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

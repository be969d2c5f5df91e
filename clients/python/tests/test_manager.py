"""The names of the service that this one follows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone

import httpx
import pytest

from understudy import ABTestingManager, ABTestMode, ABTestStorageBackend, AsyncUnderstudy, Understudy, assignment


@pytest.fixture
def manager(url: str) -> Iterator[ABTestingManager]:
    with ABTestingManager(url, actor="ada") as manager:
        yield manager


def test_a_config_has_the_attributes_that_it_always_had(manager: ABTestingManager, new_id: str) -> None:
    config = manager.create_test(
        test_id=new_id,
        control_model="bull_specialist",
        treatment_model="bull_specialist_v2",
        mode=ABTestMode.SHADOW,
        description="Shadow comparison before rollout",
        explicit=True,
    )

    assert (config.test_id, config.mode, config.shadow_mode) == (new_id, ABTestMode.SHADOW, True)
    assert (config.control_model, config.treatment_model) == ("bull_specialist", "bull_specialist_v2")
    assert config.description == "Shadow comparison before rollout"
    assert abs((datetime.now(timezone.utc) - config.created_at).total_seconds()) < 60
    assert config.details["generation"] == 1
    assert new_id in [test["test_id"] for test in manager.list_tests()]


def test_a_split_outside_zero_and_one_is_a_value_error(manager: ABTestingManager, new_id: str) -> None:
    with pytest.raises(ValueError, match="traffic_split"):
        manager.create_test(new_id, "bull_specialist", "bull_specialist_v2", traffic_split=1.5)


def test_a_model_that_is_not_loaded_is_a_value_error(manager: ABTestingManager, new_id: str) -> None:
    with pytest.raises(ValueError, match="no_such_model"):
        manager.create_test(new_id, "bull_specialist", "no_such_model")


def test_a_test_that_does_not_exist_is_a_value_error(manager: ABTestingManager) -> None:
    with pytest.raises(ValueError, match="no-such-test"):
        manager.disable_test("no-such-test")


def test_a_test_is_switched_off_and_on(manager: ABTestingManager, test_id: str) -> None:
    manager.disable_test(test_id)
    disabled = manager.get_test(test_id)
    manager.enable_test(test_id)

    assert not disabled.enabled
    assert manager.get_test(test_id).enabled


def test_a_group_is_the_one_that_the_service_assigns(manager: ABTestingManager, test_id: str) -> None:
    assert manager.assign_group("account-7", test_id) == assignment.assigned_group(test_id, "account-7", 0.5)
    assert manager.assign_group("account-7", "no-such-test") == "control"


def test_predictions_and_results_of_a_test(
    manager: ABTestingManager, url: str, test_id: str, features: list[float]
) -> None:
    async def use() -> None:
        action, confidence, probabilities, prediction = await manager.predict_with_ab_test(
            test_id, "r-1", features, "SPX"
        )
        await manager.flush_results()
        async with ABTestStorageBackend(url) as storage:
            stats = await storage.get_test_stats(test_id, hours_back=168)
            distribution = await storage.get_action_distribution(test_id)
            split = await storage.verify_traffic_split(test_id, hours_back=1)

        group = assignment.assigned_group(test_id, "r-1", 0.5)
        assert prediction["request_id"] == "r-1"
        assert confidence == max(probabilities)
        assert stats["time_window_hours"] == 168
        assert stats["total_samples"] == split["sample_size"] == 1
        assert distribution["distribution"][group][action] == 1
        assert distribution[group] == distribution["distribution"][group]

    asyncio.run(use())


def test_a_manager_and_a_storage_take_a_client(url: str, test_id: str) -> None:
    async def total() -> int:
        storage = ABTestStorageBackend(AsyncUnderstudy(url))
        await storage.connect()
        stats = await storage.get_test_stats(test_id)
        await storage.disconnect()
        return stats["total_samples"]

    assert asyncio.run(total()) == 0


def test_a_storage_connects_again_after_it_was_disconnected(url: str, test_id: str) -> None:
    async def totals() -> list[int]:
        storage = ABTestStorageBackend(url)
        counts = []
        for _ in range(2):
            await storage.connect()
            counts.append((await storage.get_test_stats(test_id))["total_samples"])
            await storage.disconnect()
        return counts

    assert asyncio.run(totals()) == [0, 0]


def test_clients_may_be_entered_again() -> None:
    answers = httpx.MockTransport(lambda request: httpx.Response(200, json=[], request=request))
    client = Understudy("http://localhost:1")
    for _ in range(2):
        with client:
            client._http._transport = answers
            assert client.list_tests() == []

    given = Understudy("http://localhost:1", http=httpx.Client(transport=answers))
    given.close()
    with pytest.raises(RuntimeError, match="make a new one"), given:
        pass

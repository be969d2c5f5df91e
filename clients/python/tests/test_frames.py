"""Results as data frames."""

from __future__ import annotations

import pytest

pd = pytest.importorskip("pandas")

from understudy import ABTestMode, Understudy, frames  # noqa: E402


@pytest.fixture
def shadow(client: Understudy, new_id: str, days: list[list[float]]) -> str:
    client.create_test(new_id, "bull_specialist", "bear_specialist", mode=ABTestMode.SHADOW, explicit=True)
    for features in days[:30]:
        client.predict("SPX", features, model="bull_specialist", test_id=new_id)
    client.flush(new_id)
    return new_id


def test_statistics_are_numbers_by_arm(client: Understudy, shadow: str) -> None:
    frame = frames.statistics(client.get_test_stats(shadow))

    assert frame.loc["avg_latency_ms", "control"] > 0
    assert 0 <= frame.loc["agreement_rate", "comparison"] < 1
    assert pd.isna(frame.loc["agreement_rate", "control"])


def test_actions_add_up_to_the_requests(client: Understudy, shadow: str) -> None:
    frame = frames.actions(client.get_action_distribution(shadow))

    assert frame.to_numpy().sum() == 30
    assert list(frame.index) == list(frame.columns) == ["HOLD", "BUY", "SELL"]


def test_disagreements_have_times(client: Understudy, shadow: str) -> None:
    frame = frames.disagreements(client.get_disagreements(shadow))

    assert (frame["control_action"] != frame["treatment_action"]).all()
    assert str(frame["time"].dt.tz) == "UTC"
    assert frame["time"].is_monotonic_decreasing


def test_disagreements_of_none_have_their_columns(client: Understudy, test_id: str) -> None:
    frame = frames.disagreements(client.get_disagreements(test_id))

    assert frame.empty
    assert {"control_action", "treatment_action", "time"} <= set(frame.columns)


def test_a_report_has_frames(client: Understudy, shadow: str) -> None:
    report = client.get_report(shadow)

    assert frames.guardrails(report).loc["agreement", "limit"] == 0.85
    assert list(frames.figures(report).index) == [figure["name"] for figure in report["figures"]]
    assert frames.phases(report)["shadow_requests"].sum() == 30
    assert len(frames.disagreements(report["disagreements"])) == len(report["disagreements"])


def test_tests_are_listed_by_id(client: Understudy, test_id: str) -> None:
    frame = frames.tests(client.list_tests())

    assert frame.loc[test_id, "traffic_split"] == 0.5
    assert frame.loc[test_id, "created_at"] <= pd.Timestamp.now(tz="UTC") + pd.Timedelta(minutes=1)

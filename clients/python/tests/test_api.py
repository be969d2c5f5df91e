"""All operations, by both clients, against the packaged service."""

from __future__ import annotations

import asyncio
import inspect
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, get_args, get_type_hints
from urllib.parse import unquote

import pytest
from typed import differences

from understudy import ABTestMode, AsyncUnderstudy, Conflict, Forbidden, NotFound, Understudy, assignment
from understudy._api import Api
from understudy._call import Call
from understudy._operation import operation
from understudy.types import Approval, Outcome, OutcomePlan, TakenOutcomes


def operations() -> dict[str, operation[..., Any]]:
    """The operations by name, in the order of the API."""
    return {
        name: member for part in Api.__mro__ for name, member in vars(part).items() if isinstance(member, operation)
    }


PLACEHOLDERS = {int: 1, float: 0.5}


def described(name: str) -> Call[Any]:
    """The call of an operation, with the names of the parameters as their values."""
    method = getattr(Api, name)
    hints = get_type_hints(method)
    arguments: dict[str, Any] = {
        parameter.name: PLACEHOLDERS.get(hints[parameter.name], f"{{{parameter.name}}}")
        for parameter in inspect.signature(method).parameters.values()
        if parameter.name != "self" and parameter.default is inspect.Parameter.empty
    }
    lists = {"features": [0.5], "outcomes": []}
    arguments |= {name: value for name, value in lists.items() if name in arguments}
    call: Call[Any] = method(None, **arguments)
    return call


def test_every_operation_is_a_call_of_the_service_with_the_same_name(client: Understudy) -> None:
    def shape(path: str) -> str:
        return re.sub(r"(?<=/)(\{\w+\}|1)(?=/|$)", "{}", unquote(path))

    def snake(name: str) -> str:
        return re.sub("([A-Z])", r"_\1", name).lower()

    documented = {
        snake(call["operationId"]): (method.upper(), shape(path))
        for path, methods in client.openapi()["paths"].items()
        for method, call in methods.items()
        # the rest is the Open Inference Protocol's, which has clients of its own
        if method in {"get", "post", "put", "delete"} and path.startswith("/api/")
    }
    offered = {name: (call.method, shape(call.path)) for name in operations() if (call := described(name))}

    assert {name: call for name, call in offered.items() if name in documented} == {
        name: call for name, call in documented.items() if name in offered
    }
    # the client lacks nothing but the stream that consoles follow: a program polls get_overview
    assert documented.keys() - offered == {"follow_changes"}
    assert offered.keys() - documented == {"get_report_document", "health", "metrics", "openapi"}


PLAN: OutcomePlan = {
    "positions": {"HOLD": 0, "BUY": 1, "SELL": -1},
    "cost": 0.0001,
    "clip": 0.05,
    "block": "PT1M",
    "horizon": "PT0S",
    "limit": -0.0005,
}
HOLIDAYS: OutcomePlan = {"holidays": ["2026-12-25", "2027-01-01"]}


class Checked:
    """The operations of a client; each answer is compared with the type that its operation declares."""

    def __init__(self, client: Understudy) -> None:
        self.client = client
        self.compared: set[str] = set()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        declared = get_args(get_type_hints(getattr(Api, name))["return"])[0]

        def compare(*args: Any, **kwargs: Any) -> Any:
            answer = getattr(self.client, name)(*args, **kwargs)
            assert list(differences(answer, declared, name)) == []
            self.compared.add(name)
            return answer

        return compare


@pytest.fixture
def shadow(client: Understudy, new_id: str, days: list[list[float]]) -> str:
    """A shadow of two models that often disagree, with results."""
    client.create_test(new_id, "bull_specialist", "bear_specialist", mode=ABTestMode.SHADOW, explicit=True)
    for features in days[:60]:
        client.predict("SPX", features, model="bull_specialist", test_id=new_id)
    client.flush(new_id)
    return new_id


def wait_for_history(client: Understudy, test_id: str) -> None:
    """Waits for the first evaluation of a test; tests are evaluated every 5 s."""
    deadline = time.monotonic() + 30
    while not client.get_history(test_id)["points"] and time.monotonic() < deadline:
        time.sleep(0.2)


def test_every_answer_has_the_type_that_its_operation_declares(
    client: Understudy, shadow: str, test_id: str, features: list[float]
) -> None:
    checked = Checked(client)
    checked.predict("SPX", features, model="bull_specialist", test_id=test_id)
    checked.predict("SPX", features)
    checked.explain("SPX", features, test_id=test_id)
    checked.create_test(f"{test_id}-2", "bull_specialist", "bull_specialist_v2", explicit=True)
    checked.list_tests()
    checked.get_test(test_id)
    checked.flush(shadow)
    checked.get_test_stats(shadow)
    checked.get_action_distribution(shadow)
    assert checked.get_disagreements(shadow)["disagreements"]
    checked.verify_traffic_split(test_id)
    checked.get_report(shadow)
    checked.get_report_document(shadow)
    checked.update_guardrails(test_id, {"agreement": {"limit": 0.5}})
    checked.update_outcome_plan(shadow, PLAN)
    assert checked.get_outcome_plan(shadow)["block"] == "PT1M"
    prediction = checked.predict("SPX", features, model="bull_specialist", test_id=shadow)
    checked.flush(shadow)
    outcomes: list[Outcome] = [
        {"request_id": prediction["request_id"], "value": 0.01, "revision": 1},
        {"request_id": "too large", "value": 1e9},
    ]
    assert checked.report_outcomes(outcomes)["rejected"]
    assert checked.get_outcomes(shadow)["blocks"]
    assert checked.get_report(shadow)["outcomes"]
    checked.get_test_stats(shadow)
    checked.update_traffic_split(test_id, 0.25)
    checked.update_symbols(test_id, ["SPX", "BTC-*"])
    checked.update_symbols(test_id, None)
    checked.get_overview()
    wait_for_history(client, test_id)
    assert checked.get_history(test_id)["points"]
    checked.start_ramp(test_id, {"steps": [0.05, {"split": 0.5, "hold_seconds": 7200}, 1.0]})
    checked.get_ramp(test_id)
    checked.pause_ramp(test_id)
    checked.resume_ramp(test_id)
    checked.abort_ramp(test_id)
    checked.enable_test(test_id)
    checked.disable_test(test_id)
    # a promotion leaves no test of one model with itself
    checked.disable_test(f"{test_id}-2")
    checked.promote(test_id, override="a test")
    checked.list_promotions()
    checked.get_test(test_id)
    checked.revert_promotion(test_id)
    checked.create_test(f"{test_id}-3", "bull_specialist", "bull_specialist_v2", explicit=True, four_eyes=True)
    for limit, decide in ((0.6, checked.approve), (0.5, partial(checked.reject, reason="too low"))):
        asked = checked.update_guardrails(f"{test_id}-3", {"agreement": {"limit": limit}})
        assert checked.list_approvals(limit=1) == [asked]
        assert checked.get_approval(asked["approval_id"])["report"]
        decide(asked["approval_id"], actor="grace")
    checked.get_events(test_id)
    checked.delete_test(test_id)
    checked.get_test(test_id)
    assert "viewer" in checked.get_identity()["roles"]
    assert checked.verify_audit()["intact"]
    checked.export_audit()
    checked.list_models()
    checked.reload_models()
    checked.dry_run("bull_specialist", [0.5] * 43)
    checked.health()
    checked.metrics()
    checked.openapi()

    # these need evidence or more replicas: a breach, a step that awaits approval, a decision, a reload that goes on
    rest = {"clear_guardrail", "approve_ramp", "replay", "get_reload"}
    assert operations().keys() - checked.compared == rest


def test_a_rollout_from_shadow_to_promotion(client: Understudy, new_id: str, days: list[list[float]]) -> None:
    client.create_test(new_id, "bear_specialist", "bear_specialist_v2", mode="shadow", actor="grace")
    actions = [client.predict("SPX", day, model="bear_specialist")["action"] for day in days[:50]]
    client.flush(new_id)
    stats = client.get_test_stats(new_id)
    table = client.get_action_distribution(new_id)

    assert stats["shadow_count"] == 50
    assert table["control"] == {action: actions.count(action) for action in ("HOLD", "BUY", "SELL")}

    client.disable_test(new_id)
    client.delete_test(new_id)
    assert [(event["actor"], event["action"]) for event in client.get_events(new_id)] == [
        ("ada", "deleted"),
        ("ada", "disabled"),
        ("grace", "created"),
    ]


def test_units_are_answered_by_the_model_of_their_group(
    client: Understudy, test_id: str, features: list[float]
) -> None:
    for unit in map(str, range(20)):
        placement = client.predict("SPX", features, model="bull_specialist", unit_id=unit, test_id=test_id)["metadata"][
            "ab_test"
        ]

        assert placement is not None
        assert placement["assigned_group"] == assignment.assigned_group(test_id, unit, 0.5)


def test_the_list_is_read_to_its_last_page(client: Understudy, new_id: str) -> None:
    ids = [f"{new_id}-{i}" for i in range(3)]
    for test_id in ids:
        client.create_test(test_id, "bull_specialist", "bull_specialist_v2", explicit=True)

    call = replace(Understudy.list_tests(client), query={"limit": 1, "enabled": True})

    assert [test["test_id"] for test in client.send(call)][:3] == ids[::-1]


def test_disagreements_are_read_page_by_page(client: Understudy, shadow: str) -> None:
    def pages() -> Iterator[list[str]]:
        before = None
        while True:
            page = client.get_disagreements(shadow, limit=3, before=before)
            yield [row["row_id"] for row in page["disagreements"]]
            before = page["next"]
            if before is None:
                return

    rows = [row for page in pages() for row in page]

    assert rows == [row["row_id"] for row in client.get_disagreements(shadow, limit=1000)["disagreements"]]
    assert len(rows) > 3


def test_names_and_ids_of_any_script_arrive_as_they_are(client: Understudy, new_id: str, features: list[float]) -> None:
    client.create_test(
        new_id,
        "bull_specialist",
        "bull_specialist_v2",
        explicit=True,
        actor="Zoë 日本",
        description="naïve ✓",
    )
    explanation = client.explain("SPX", features, unit_id="Ünit 7/ä?", test_id=new_id)

    assert client.get_events(new_id)[0]["actor"] == "Zoë 日本"
    assert client.get_test(new_id)["description"] == "naïve ✓"
    assert explanation["unit_id"] == "Ünit 7/ä?"


def test_an_id_with_other_characters_stays_in_its_place_of_the_path(client: Understudy) -> None:
    with pytest.raises((NotFound, ValueError)):
        client.get_test("list?enabled=true")
    with pytest.raises((NotFound, ValueError)):
        client.get_test("a/stats")


def test_asyncio_makes_calls_at_the_same_time(url: str, test_id: str, days: list[list[float]]) -> None:
    async def predictions() -> list[str]:
        async with AsyncUnderstudy(url) as client:
            answers = await asyncio.gather(
                *(client.predict("SPX", day, model="bull_specialist", test_id=test_id) for day in days[:40])
            )
            await client.flush(test_id)
            stats = await client.get_test_stats(test_id)
            assert stats["total_samples"] == 40
            return [answer["action"] for answer in answers]

    assert set(asyncio.run(predictions())) <= {"HOLD", "BUY", "SELL"}


def test_a_client_works_behind_a_path_and_with_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_URL", f"{url}/")
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "secret")

    with Understudy() as client:
        request = Understudy.get_test(client, "t").request(f"{client.base_url}/prefix", client._headers, 1.0)
        assert client.health("live")["status"] == "UP"

    assert str(request.url) == f"{url}/prefix/api/v1/ab-test/t"
    assert request.headers["Authorization"] == "Bearer secret"


def test_outcomes_are_paired_with_their_predictions(client: Understudy, new_id: str, days: list[list[float]]) -> None:
    client.create_test(new_id, "bull_specialist", "bear_specialist", mode="shadow", explicit=True, outcome=PLAN)
    asked = [client.predict("SPX", day, model="bull_specialist", test_id=new_id)["request_id"] for day in days[:40]]
    client.flush(new_id)
    outcomes: list[Outcome] = [{"request_id": each, "value": 0.01} for each in asked]

    first, again = client.report_outcomes(outcomes), client.report_outcomes(outcomes)

    assert (first["accepted"], first["waiting"], again["duplicates"]) == (40, 0, 40)
    blocks = client.get_outcomes(new_id)["blocks"]
    assert sum(block["count"] for block in blocks) == 40
    comparison = client.get_test_stats(new_id)["metrics"]["comparison"]
    assert comparison["outcome_coverage"] == 1
    assert comparison["mean_outcome_delta"] is not None


@pytest.fixture
def guarded(client: Understudy, new_id: str) -> str:
    """A test under four eyes, with an outcome plan."""
    test = client.create_test(
        new_id, "bull_specialist", "bull_specialist_v2", explicit=True, four_eyes=True, outcome=PLAN
    )
    assert test["four_eyes"]
    return new_id


def test_a_looser_limit_waits_for_another_person(client: Understudy, guarded: str) -> None:
    answer = client.update_guardrails(guarded, {"agreement": {"limit": 0.5}})

    # type checkers tell the two by it
    assert "approval_id" in answer
    assert (answer["what"], answer["requested_by"], answer["state"]) == ("loosen_guardrails", "ada", "pending")
    assert client.get_test(guarded)["guardrails"]["agreement"]["limit"] == 0.85
    with pytest.raises(Forbidden, match="ada asked for it"):
        client.approve(answer["approval_id"])

    approved = client.approve(answer["approval_id"], actor="grace")

    assert (approved["state"], approved["decided_by"]) == ("approved", "grace")
    assert client.get_test(guarded)["guardrails"]["agreement"]["limit"] == 0.5
    changed = next(event for event in client.get_events(guarded) if event["action"] == "guardrails_updated")
    assert (changed["actor"], changed["approved_by"]) == ("ada", "grace")
    assert changed["approval_id"] == answer["approval_id"]
    with pytest.raises(Conflict, match="approved by grace"):
        client.reject(answer["approval_id"], "too late", actor="grace")


def test_a_stricter_limit_waits_for_none(client: Understudy, guarded: str) -> None:
    answer = client.update_guardrails(guarded, {"agreement": {"limit": 0.95}})

    assert "approval_id" not in answer
    assert answer["guardrails"]["agreement"]["limit"] == 0.95


def test_a_promotion_names_both_persons(client: Understudy, guarded: str) -> None:
    promotion = client.promote(guarded, override="a test")
    assert "approval_id" in promotion
    assert client.list_promotions() == []
    client.approve(promotion["approval_id"], actor="grace")

    (promoted,) = client.list_promotions()
    assert (promoted["test_id"], promoted["by"], promoted["approved_by"]) == (guarded, "ada", "grace")

    back = client.revert_promotion(guarded)
    assert "approval_id" in back
    client.approve(back["approval_id"], actor="grace")
    assert client.list_promotions() == []


def test_a_change_in_between_makes_an_approval_stale(client: Understudy, guarded: str) -> None:
    answer = client.update_outcome_plan(guarded, {"limit": -0.1})
    assert "approval_id" in answer
    client.update_traffic_split(guarded, 0.1)

    with pytest.raises(Conflict, match="has changed since"):
        client.approve(answer["approval_id"], actor="grace")

    assert answer["approval_id"] in [approval["approval_id"] for approval in client.list_approvals("stale")]
    assert client.list_approvals("pending") == []


def test_asyncio_rejects_what_another_person_asked_for(url: str, guarded: str) -> None:
    async def reject() -> Approval:
        async with AsyncUnderstudy(url, actor="ada") as ada, AsyncUnderstudy(url, actor="grace") as grace:
            answer = await ada.promote(guarded, override="a test")
            assert "approval_id" in answer
            (waiting,) = await grace.list_approvals(state="pending")
            assert waiting == answer
            await grace.reject(answer["approval_id"], "one calm week")
            return await ada.get_approval(answer["approval_id"])

    rejected = asyncio.run(reject())

    assert (rejected["state"], rejected["reason"]) == ("rejected", "one calm week")
    assert rejected["report"]["test"]["test_id"] == guarded


@pytest.mark.parametrize("given", ["no such approval", "01a20e94-7900-7f19-b0c1-c2954a5ada9d", "a/approve"])
def test_an_approval_that_is_not_there(client: Understudy, given: str) -> None:
    with pytest.raises(NotFound):
        client.get_approval(given)


def test_an_approval_needs_an_id(client: Understudy) -> None:
    with pytest.raises(ValueError, match="approval_id: got an empty text"):
        client.get_approval("")


def test_a_test_is_for_its_symbols(client: Understudy, new_id: str, features: list[float]) -> None:
    test = client.create_test(
        new_id, "bull_specialist", "bull_specialist_v2", explicit=True, symbols=["SPX"], outcome={**PLAN, **HOLIDAYS}
    )
    assert test["symbols"] == ["SPX"]
    assert client.get_outcome_plan(new_id)["holidays"] == ["2026-12-25", "2027-01-01"]

    for symbol, applied in (("SPX", True), ("BTC-USD", False)):
        explanation = client.explain(symbol, features, test_id=new_id)
        assert (explanation["assigned_group"] is not None) == applied

    assert client.update_symbols(new_id, [])["symbols"] is None
    assert client.explain("BTC-USD", features, test_id=new_id)["assigned_group"] is not None


def test_an_overview_says_what_needs_a_person(client: Understudy, guarded: str) -> None:
    client.promote(guarded, override="a test")

    # an answer may be a second old
    deadline = time.monotonic() + 10
    while (first := client.get_overview()[0])["attention"] is None and time.monotonic() < deadline:
        time.sleep(0.2)

    assert (first["test_id"], first["attention"]) == (guarded, "approval")


def test_a_history_has_as_many_points_as_asked_for(client: Understudy, test_id: str) -> None:
    wait_for_history(client, test_id)

    (point,) = client.get_history(test_id, points=1)["points"]
    assert point["verdict"] == "insufficient_data"
    assert {guardrail["state"] for guardrail in point["guardrails"]} == {"undecided"}


def test_asyncio_reports_an_outcome_of_a_symbol(url: str, new_id: str) -> None:
    begin = datetime(2026, 11, 27, 22, tzinfo=timezone(timedelta(hours=1)))

    async def report() -> TakenOutcomes:
        async with AsyncUnderstudy(url) as client:
            return await client.report_outcomes(
                [{"symbol": new_id[:20], "from": begin, "to": begin + timedelta(days=1), "value": -0.0042}]
            )

    assert asyncio.run(report()) == {"accepted": 1, "duplicates": 0, "waiting": 0, "rejected": []}


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        ({"request_id": "r", "value": float("nan")}, "outcomes[0].value: got nan"),
        ({"request_id": "r", "value": 0.1, "observed_at": datetime(2026, 11, 28)}, "outcomes[0].observed_at: got 2026"),
    ],
)
def test_an_outcome_that_would_not_arrive_as_meant_is_not_sent(outcome: Outcome, named: str) -> None:
    with Understudy("http://localhost:1") as client, pytest.raises(ValueError, match=re.escape(named)):
        client.report_outcomes([outcome])

"""Errors of the service are exceptions with its problem documents."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import httpx
import pytest

from understudy import (
    ApiError,
    AsyncUnderstudy,
    BadRequest,
    Conflict,
    NotFound,
    ServiceUnreachable,
    Understudy,
    UnderstudyError,
)


def test_an_unknown_test_is_not_found(client: Understudy) -> None:
    with pytest.raises(NotFound) as caught:
        client.get_test("no-such-test")

    assert caught.value.status == 404
    assert caught.value.title == "Not found"
    assert caught.value.detail.startswith("test no-such-test does not exist")
    assert caught.value.problem["status"] == 404
    assert str(caught.value).startswith("GET /api/v1/ab-test/no-such-test: 404 Not found: test no-such-test does")


def test_what_the_service_refuses_is_a_value_error_that_names_the_field(client: Understudy, test_id: str) -> None:
    with pytest.raises(ValueError, match=r"traffic_split: got 1\.5; allowed: a number from 0\.0") as caught:
        client.update_traffic_split(test_id, 1.5)

    assert isinstance(caught.value, BadRequest)


def test_a_duplicate_is_a_conflict(client: Understudy, test_id: str) -> None:
    with pytest.raises(Conflict, match=test_id):
        client.create_test(test_id, "bull_specialist", "bull_specialist_v2", explicit=True)


def test_a_change_for_another_generation_is_a_conflict(client: Understudy, test_id: str) -> None:
    client.update_traffic_split(test_id, 0.2, generation=1)

    with pytest.raises(Conflict):
        client.update_traffic_split(test_id, 0.3, generation=1)


def test_a_service_that_is_not_there_is_unreachable() -> None:
    with Understudy("http://localhost:1") as client, pytest.raises(ServiceUnreachable) as caught:
        client.list_tests()

    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert isinstance(caught.value, UnderstudyError)


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", "[1]", ""])
def test_an_answer_of_a_proxy_is_an_error_without_a_problem_document(body: str) -> None:
    request = httpx.Request("POST", "http://understudy/api/v1/predict")

    error = ApiError.of(httpx.Response(502, text=body, request=request))

    assert (error.status, error.title, error.detail) == (502, "Bad Gateway", body)


def test_an_answer_that_is_not_json_is_an_error() -> None:
    page = httpx.MockTransport(lambda request: httpx.Response(200, html="<html>Log in</html>", request=request))

    with Understudy(http=httpx.Client(transport=page)) as client, pytest.raises(ApiError, match="200 OK: <html>Log in"):
        client.list_tests()


def test_errors_can_be_pickled(client: Understudy) -> None:
    with pytest.raises(NotFound) as caught:
        client.get_test("no-such-test")

    restored = pickle.loads(pickle.dumps(caught.value))  # noqa: S301

    assert isinstance(restored, NotFound)
    assert str(restored) == str(caught.value)
    assert restored.problem == caught.value.problem


def test_features_that_are_not_finite_are_refused_before_they_are_sent(client: Understudy) -> None:
    with pytest.raises(ValueError, match=r"features\[1\]: got nan; allowed: finite numbers"):
        client.predict("SPX", [0.1, float("nan")])


def test_an_empty_id_is_refused_before_it_is_sent(client: Understudy) -> None:
    with pytest.raises(ValueError, match="test_id: got an empty text"):
        client.delete_test("")


HIDDEN = "s3cret"
ACTOR = "X-Actor: got 'a\\\\nb'; allowed: "


def made(**arguments: Any) -> list[Understudy | AsyncUnderstudy]:
    """Makes one of each kind, which cannot be: each has to say so."""
    clients: list[Understudy | AsyncUnderstudy] = []
    for kind in (Understudy, AsyncUnderstudy):
        with pytest.raises(ValueError, match="allowed: ") as caught:
            clients.append(kind(**arguments))
        assert HIDDEN not in repr(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.__cause__ is None
    return clients


@pytest.mark.parametrize(
    "address",
    ["foo", "localhost:8080", "http://", "ftp://localhost", "http://localhost:99999", "http://[::1", "http://a:b"],
)
def test_an_address_that_is_none_is_a_value_error_at_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not made(base_url=address)

    monkeypatch.setenv("UNDERSTUDY_URL", address)
    assert not made()


@pytest.mark.parametrize("token", [f"{HIDDEN}\nb", f"{HIDDEN} b", f"{HIDDEN}\x00", f"{HIDDEN}Ł", f"{HIDDEN}\udcff"])
def test_a_token_that_cannot_be_sent_is_a_value_error_that_does_not_show_it(token: str) -> None:
    assert not made(token=token)


@pytest.mark.parametrize(
    "headers", [{"X-Own": f"{HIDDEN}\n"}, {"X\nOwn": "a"}, {"": "a"}, {"X-Own": f"{HIDDEN}\udcff"}]
)
def test_a_header_that_cannot_be_sent_is_a_value_error(headers: dict[str, str]) -> None:
    assert not made(headers=headers)


def test_blanks_around_a_token_of_the_environment_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_TOKEN", f" {HIDDEN}\r\n")
    sent: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("Authorization"))
        return httpx.Response(200, json=[], request=request)

    with Understudy("http://localhost:1", http=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        client.list_tests()
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "\n")
    with Understudy("http://localhost:1", http=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        client.list_tests()

    assert sent == [f"Bearer {HIDDEN}", None]


def test_an_actor_in_several_lines_is_a_value_error_before_anything_is_sent() -> None:
    assert not made(actor="a\nb")

    with Understudy("http://localhost:1") as client, pytest.raises(ValueError, match=ACTOR):
        client.disable_test("t", actor="a\nb")

    async def change() -> None:
        async with AsyncUnderstudy("http://localhost:1") as client:
            await client.disable_test("t", actor="a\nb")

    with pytest.raises(ValueError, match=ACTOR):
        asyncio.run(change())

"""The packaged service, started as its users start it, for the tests that need it."""

from __future__ import annotations

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from understudy import Understudy

PROJECT = Path(__file__).parents[3]
LISTENING = re.compile(r"Listening on: (http://\S+)")
START_SECONDS = 120
STOP_SECONDS = 60


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a PostgreSQL and data of its own."""
    directory = tmp_path_factory.mktemp("service")
    log = directory / "service.log"
    ours = ("ALLOW", "APPROVAL", "AUTH", "FOUR_EYES", "TOKEN", "URL")
    settings = ("DATABASE_", "QUARKUS_", *(f"UNDERSTUDY_{name}" for name in ours))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    environment |= {"QUARKUS_HTTP_PORT": "0", "UNDERSTUDY_DATA_DIR": str(directory / "data")}
    with log.open("wb") as output:
        process = subprocess.Popen([PROJECT / "scripts/run.sh"], env=environment, stdout=output, stderr=output)
    try:
        yield _ready(process, log)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _ready(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        listening = LISTENING.search(log.read_text())
        if listening:
            address = listening[1]
            with Understudy(address) as client:
                if client.health()["status"] == "UP":
                    return address
        time.sleep(0.05)
    raise AssertionError(f"the service is not ready:\n{log.read_text()}")


@pytest.fixture(autouse=True)
def no_test_is_left_enabled(request: pytest.FixtureRequest) -> Iterator[None]:
    """They would be in the way of other tests."""
    yield
    if "url" in request.fixturenames:
        with Understudy(request.getfixturevalue("url")) as client:
            for test in client.list_tests(enabled=True):
                client.disable_test(test["test_id"])


@pytest.fixture
def client(url: str) -> Iterator[Understudy]:
    with Understudy(url, actor="ada") as client:
        yield client


@pytest.fixture
def new_id() -> str:
    """An id that no test has had."""
    return f"py-{uuid.uuid4()}"


@pytest.fixture
def test_id(client: Understudy) -> str:
    """A split of half, which applies to predictions that name it."""
    test_id = f"py-{uuid.uuid4()}"
    client.create_test(test_id, "bull_specialist", "bull_specialist_v2", 0.5, explicit=True)
    return test_id


@pytest.fixture(scope="session")
def days() -> list[list[float]]:
    """The features of each trading day of the sample market."""
    lines = (PROJECT / "models/replay/sp500.csv").read_text().splitlines()[1:]
    return [[float(feature) for feature in line.split(",")[1:]] for line in lines]


@pytest.fixture(scope="session")
def features(days: list[list[float]]) -> list[float]:
    """The features of the first day."""
    return days[0]

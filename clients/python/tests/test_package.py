"""The package: its version, what it needs and what it brings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from conftest import PROJECT

import understudy

CLIENT = PROJECT / "clients/python"


def test_the_version_is_the_services() -> None:
    found = re.search(r"<version>(.*?)</version>", (PROJECT / "pom.xml").read_text())
    assert found

    assert understudy.__version__ == found[1].replace("-SNAPSHOT", ".dev0")


def test_httpx_is_the_only_dependency() -> None:
    needed = [requirement for requirement in requires("understudy") or [] if "extra ==" not in requirement]

    assert [re.split(r"[<>=]", requirement)[0] for requirement in needed] == ["httpx"]


def test_pandas_is_imported_only_with_the_frames() -> None:
    code = "import understudy, sys; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_wheel_has_the_package_with_its_types(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=CLIENT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    sources = {str(file.relative_to(CLIENT / "src")) for file in (CLIENT / "src").rglob("*.py")}
    assert sources | {"understudy/py.typed"} == {name for name in names if not re.match(r".*\.dist-info/", name)}

"""The examples in docstrings, in the README and in docs/migrating.md are run, against the packaged service."""

from __future__ import annotations

import ast
import asyncio
import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import PROJECT

import understudy
from understudy import Understudy, assignment, frames
from understudy._operation import operation

DOCUMENTS = [PROJECT / "clients/python/README.md", PROJECT / "docs/migrating.md"]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(understudy.__path__, "understudy.")
    return [understudy, *(importlib.import_module(module.name) for module in found)]


def documented() -> Iterator[tuple[str, str, ModuleType]]:
    """Name, docstring and module of everything that has an example."""
    for module in modules():
        yield module.__name__, module.__doc__ or "", module
        for name, member in vars(module).items():
            if getattr(member, "__module__", None) != module.__name__:
                continue
            yield f"{module.__name__}.{name}", inspect.getdoc(member) or "", module
            if inspect.isclass(member):
                for part, method in vars(member).items():
                    if inspect.isfunction(method) or isinstance(method, operation):
                        yield (
                            f"{module.__name__}.{name}.{part}",
                            inspect.cleandoc(method.__doc__ or ""),
                            module,
                        )


EXAMPLES = [example for example in documented() if ">>>" in example[1]]


@pytest.mark.parametrize(("name", "docstring", "module"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_the_example_does_what_it_says(
    name: str,
    docstring: str,
    module: ModuleType,
    client: Understudy,
    url: str,
    test_id: str,
    new_id: str,
    features: list[float],
) -> None:
    names = {
        **vars(module),
        **{"client": client, "url": url, "test_id": test_id, "new_id": new_id, "features": features},
        **{"assignment": assignment, "asyncio": asyncio, "frames": frames},
    }
    example = doctest.DocTestParser().get_doctest(docstring, names, name, None, None)
    report: list[str] = []

    doctest.DocTestRunner(optionflags=OPTIONS).run(example, out=report.append)

    assert not report, "".join(report)


def test_every_operation_has_an_example() -> None:
    operations = {
        f"{part.__module__}.{part.__name__}.{name}"
        for part in Understudy.__mro__
        for name, member in vars(part).items()
        if isinstance(member, operation)
    }

    assert operations - {example[0] for example in EXAMPLES} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_the_examples_of_the_document_run(
    document: Path,
    url: str,
    features: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("UNDERSTUDY_URL", url)
    blocks = BLOCK.findall(document.read_text())
    assert blocks

    # one after the other, as a reader would type them; await works as in a notebook
    names: dict[str, Any] = {"features": features}
    asyncio.run(_run(blocks, names))

    capsys.readouterr()


async def _run(blocks: list[str], names: dict[str, Any]) -> None:
    for block in blocks:
        code = compile(block, "example", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, names)  # noqa: S307
        if inspect.iscoroutine(result):
            await result

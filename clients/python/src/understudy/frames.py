"""Results as data frames of pandas: `pip install understudy[pandas]`.

Times become timestamps in UTC, and values for which there is no data become missing values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from understudy.types import (
    ActionTable,
    AuditEvent,
    Disagreement,
    DisagreementPage,
    Model,
    Prediction,
    Report,
    Sample,
    Statistics,
    Test,
)

__all__ = [
    "actions",
    "disagreements",
    "events",
    "figures",
    "guardrails",
    "metrics",
    "models",
    "phases",
    "predictions",
    "statistics",
    "tests",
]


def statistics(stats: Statistics) -> pd.DataFrame:
    """Both arms and their comparison: a row for each figure.

    >>> list(frames.statistics(client.get_test_stats(test_id)).columns)
    ['control', 'treatment', 'comparison']
    """
    return pd.DataFrame(stats["metrics"], dtype=float)


def actions(table: ActionTable) -> pd.DataFrame:
    """The rows that both models answered: control's action by treatment's.

    >>> int(frames.actions(client.get_action_distribution(test_id)).to_numpy().sum())
    0
    """
    matrix = pd.DataFrame.from_dict(table["matrix"], orient="index")
    names = list(table["matrix"])
    return matrix.reindex(index=names, columns=names).rename_axis(index="control", columns="treatment")


def disagreements(page: DisagreementPage | Iterable[Disagreement]) -> pd.DataFrame:
    """A page of disagreements, or those of a report: a row for each, newest first."""
    rows = page["disagreements"] if isinstance(page, Mapping) else page
    return _frame(rows, Disagreement, times=["time"])


def figures(report: Report) -> pd.DataFrame:
    """The figures of a report, with their intervals, by name.

    >>> frames.figures(client.get_report(test_id)).index.is_unique
    True
    """
    return pd.DataFrame(report["figures"]).set_index("name")


def guardrails(report: Report) -> pd.DataFrame:
    """The guardrails of a report, by measure.

    >>> sorted(frames.guardrails(client.get_report(test_id))["state"].unique())
    ['undecided']
    """
    return pd.DataFrame(report["guardrails"]).set_index("measure")


def phases(report: Report) -> pd.DataFrame:
    """The configurations and versions behind a report, oldest first."""
    return pd.DataFrame(report["phases"])


def events(trail: Sequence[AuditEvent]) -> pd.DataFrame:
    """The audit trail of a test.

    >>> frames.events(client.get_events(test_id))["action"].tolist()
    ['created']
    """
    return _frame(trail, AuditEvent, times=["time"])


def tests(found: Sequence[Test]) -> pd.DataFrame:
    """Tests, by id."""
    return _frame(found, Test, times=["created_at"]).set_index("test_id")


def models(found: Sequence[Model]) -> pd.DataFrame:
    """Models, by name.

    >>> frames.models(client.list_models()).loc["bull_specialist", "state"]
    'loaded'
    """
    return _frame(found, Model, times=["loaded_at"]).set_index("name")


def predictions(answers: Iterable[Prediction]) -> pd.DataFrame:
    """Predictions: a row for each, with the names of nested fields joined by dots.

    >>> frame = frames.predictions(client.predict("SPX", features, model="bull_specialist") for _ in range(2))
    >>> frame["action"].tolist(), len(frame["action_probabilities.BUY"])
    (['SELL', 'SELL'], 2)
    """
    frame = pd.json_normalize(list(answers))
    return _with_times(frame, ["metadata.timestamp"])


def metrics(samples: Iterable[Sample]) -> pd.DataFrame:
    """Metrics: a row for each sample, a column for each label.

    >>> "understudy_rollout_leader" in set(frames.metrics(client.metrics())["name"])
    True
    """
    return pd.DataFrame([{"name": sample.name, **sample.labels, "value": sample.value} for sample in samples])


def _frame(rows: Iterable[Any], kind: Any, times: list[str]) -> pd.DataFrame:
    """A row for each; the columns of the type are there without rows, too."""
    found = list(rows)
    return _with_times(pd.DataFrame(found) if found else pd.DataFrame(columns=sorted(kind.__required_keys__)), times)


def _with_times(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    for column in columns:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    return frame

"""A model's card (README.md of its folder), written from what was measured."""

from __future__ import annotations

from days import ACTIONS, HORIZON_DAYS
from measure import Agreement, Estimate, Measures


def percent(x: float) -> str:
    return f"{100 * x:.1f}%"


def points(e: Estimate) -> str:
    return f"{100 * e.value:+.1f} ± {100 * e.error:.1f} percentage points"


def basis_points(e: Estimate) -> str:
    return f"{1e4 * e.value:+.1f} ± {1e4 * e.error:.1f} bp a day"


def verdict(m: Measures) -> str:
    """One honest sentence; two standard errors are the bar."""
    gain, majority, edge = m.gain_over_hold, m.gain_over_majority, m.edge
    parts = [
        f"It labels {'better' if gain.value > 0 else 'worse'} than always HOLD"
        + (", beyond two standard errors" if gain.differs_from_zero else ", within two standard errors (noise)"),
        f"{'better' if majority.value > 0 else 'worse'} than always {ACTIONS[m.majority_action]}"
        + (", beyond two standard errors" if majority.differs_from_zero else ", within two standard errors (noise)"),
    ]
    if edge.differs_from_zero and edge.value > 0:
        money = (
            "Following its actions earned more than nothing by more than two standard errors, in one market, over four"
            " years, before costs, as one of seven models looked at: that is not evidence of skill."
        )
    elif edge.differs_from_zero:
        money = "Following its actions lost money by more than two standard errors."
    else:
        money = "Following its actions earned nothing that differs from zero: there is no edge over always HOLD."
    return f"{' and '.join(parts)}. {money}"


def text(name: str, summary: str, training: str, m: Measures, against: Agreement | None, test_years: str) -> str:
    low, median, high = m.confidence_quantiles
    shares = " · ".join(f"{a} {percent(s)}" for a, s in zip(ACTIONS, m.action_shares, strict=True))
    labels = " · ".join(f"{a} {percent(s)}" for a, s in zip(ACTIONS, m.label_shares, strict=True))
    regimes = " · ".join(f"{r} {percent(a)} of {n}" for r, (a, n) in m.accuracy_by_regime.items())
    rows = [
        ("accuracy", f"{percent(m.accuracy.value)} ± {100 * m.accuracy.error:.1f}"),
        ("accuracy of always HOLD", percent(m.hold_accuracy)),
        (f"accuracy of always {ACTIONS[m.majority_action]}, the training days' commonest label",
         percent(m.majority_accuracy)),
        ("gain over always HOLD", points(m.gain_over_hold)),
        (f"gain over always {ACTIONS[m.majority_action]}", points(m.gain_over_majority)),
        ("edge: mean next-day return of following it (BUY +1, SELL −1, HOLD 0), before costs", basis_points(m.edge)),
        ("for comparison: being invested every day", basis_points(m.buy_and_hold)),
        (f"hit rate: the next day went the action's way, {m.traded_days} BUY and SELL days",
         f"{percent(m.hits.value)} ± {100 * m.hits.error:.1f}"),
        ("accuracy by regime of the day", regimes),
        ("labels of the test days", labels),
        ("actions on the test days", shares),
        ("confidence, 5% · median · 95%", f"{low:.2f} · {median:.2f} · {high:.2f}"),
    ]  # fmt: skip
    if against:
        rows += [
            (f"agreement with {against.control}, its control", percent(against.share)),
            ("lowest agreement over 200 days in a row", percent(against.lowest_over_200_days)),
            ("mean confidence less the control's", f"{against.confidence_delta:+.3f}"),
        ]
    table = "\n".join(f"| {label} | {value} |" for label, value in rows)
    return f"""# {name}

{summary}

**Not for trading.** It is sample material for comparing models; {test_years} showed what the table says and nothing more.

{verdict(m)}

## Trained on
{training}

## Measured on {test_years} ({m.days} days, {m.labelled_days} of them with a label)

| | |
| --- | --- |
{table}

± is one standard error; those of accuracies allow for the overlap of the {HORIZON_DAYS}-day labels (Newey–West). The label of a
day says whether the next {HORIZON_DAYS} days moved up (BUY) or down (SELL) by more than half their volatility as known
beforehand, else HOLD. Written by `train.py`; do not edit.
"""

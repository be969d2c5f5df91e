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
    """What the figures allow one to say; two standard errors are the bar."""
    commonest = ACTIONS[m.commonest_label]
    beats_hold, beats_commonest = m.gain_over_hold.above_zero, m.gain_over_commonest.above_zero
    if beats_hold and beats_commonest:
        labels = f"Its labels beat always HOLD and always {commonest} by more than two standard errors."
    elif beats_hold:
        labels = f"Its labels beat always HOLD by more than two standard errors, but not always {commonest}."
    else:
        labels = "Its labels do not beat always HOLD by more than two standard errors."

    return f"{labels} {edge_verdict(m)}"


def edge_verdict(m: Measures) -> str:
    if not m.edge.above_zero:
        return "Following it earned nothing that differs from zero: no edge over always HOLD."
    figures = (
        f"Following it earned {basis_points(m.edge)} over always HOLD, before costs; without {m.last_year} it is"
        f" {basis_points(m.edge_before_last_year)}, and against being invested every day"
        f" {basis_points(m.edge_over_invested)}"
    )
    if not m.edge_before_last_year.above_zero:
        return f"{figures}: no edge that holds up."
    if not m.edge_over_invested.above_zero:
        return f"{figures}: an edge over always HOLD in a rising market, none over simply being invested."
    return f"{figures}. One market, four years, one of seven models looked at: take it as luck until shown otherwise."


def text(name: str, summary: str, training: str, m: Measures, against: Agreement | None, test_years: str) -> str:
    low, median, high = m.confidence_quantiles
    commonest = ACTIONS[m.commonest_label]
    shares = " · ".join(f"{a} {percent(s)}" for a, s in zip(ACTIONS, m.action_shares, strict=True))
    labels = " · ".join(f"{a} {percent(s)}" for a, s in zip(ACTIONS, m.label_shares, strict=True))
    regimes = " · ".join(f"{r} {percent(a)} of {n}" for r, (a, n) in m.accuracy_by_regime.items())
    rows = [
        ("accuracy", f"{percent(m.accuracy.value)} ± {100 * m.accuracy.error:.1f}"),
        ("accuracy of always HOLD", percent(m.hold_accuracy)),
        (f"accuracy of always {commonest}, the test days' commonest label (known in hindsight)",
         percent(m.commonest_accuracy)),
        ("gain over always HOLD", points(m.gain_over_hold)),
        (f"gain over always {commonest}", points(m.gain_over_commonest)),
        ("edge: mean next-day return of following it (BUY +1, SELL −1, HOLD 0), before costs", basis_points(m.edge)),
        (f"edge without {m.last_year}", basis_points(m.edge_before_last_year)),
        ("being invested every day", basis_points(m.invested)),
        ("edge less being invested every day", basis_points(m.edge_over_invested)),
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
            ("accuracy less the control's", points(against.accuracy_delta)),
            ("edge less the control's", basis_points(against.edge_delta)),
        ]
    table = "\n".join(f"| {label} | {value} |" for label, value in rows)
    return f"""# {name}

{summary}

**Not for trading.** It is sample material for comparing models.

{verdict(m)}

## Trained on
{training}

## Measured on {test_years} ({m.days} days, {m.labelled_days} of them with a label)

| | |
| --- | --- |
{table}

± is one standard error; those of accuracies allow for the overlap of the {HORIZON_DAYS}-day labels (Newey–West). The
label of a day says whether the next {HORIZON_DAYS} days moved up (BUY) or down (SELL) by more than half their
volatility as known beforehand, else HOLD. Written by `train.py`; do not edit.
"""

"""What the cards state: accuracy, baselines, edge and agreement on days no model was trained on. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from days import BUY, HOLD, HORIZON_DAYS, SELL, Days


@dataclass(frozen=True)
class Estimate:
    value: float
    error: float  # standard error

    @property
    def above_zero(self) -> bool:
        return self.value > 2 * self.error


@dataclass(frozen=True)
class Measures:
    """One model on the test days. Accuracies are fractions; returns are fractions a day."""

    days: int
    labelled_days: int
    label_shares: np.ndarray
    action_shares: np.ndarray
    confidence_quantiles: np.ndarray  # 5%, 50%, 95%
    mean_confidence: float
    accuracy: Estimate
    hold_accuracy: float
    commonest_label: int
    commonest_accuracy: float
    gain_over_hold: Estimate
    gain_over_commonest: Estimate
    edge: Estimate
    edge_before_last_year: Estimate
    edge_over_invested: Estimate
    invested: Estimate
    last_year: int
    hits: Estimate  # of the BUY and SELL days, those whose next day went that way
    traded_days: int
    accuracy_by_regime: dict[str, tuple[float, int]]


def mean(x: np.ndarray, overlap: int = 1) -> Estimate:
    """Mean and standard error. Days whose labels overlap are not independent: Newey and West's weights allow for it."""
    x = np.asarray(x, dtype=float)
    if len(x) == 0:
        return Estimate(0.0, 0.0)
    n, centred = len(x), x - x.mean()
    variance = centred @ centred
    for lag in range(1, overlap):
        variance += 2 * (1 - lag / overlap) * (centred[lag:] @ centred[:-lag])
    return Estimate(float(x.mean()), float(np.sqrt(max(variance, 0.0)) / n))


def position(action: np.ndarray) -> np.ndarray:
    """What following an action holds until the next close: BUY +1, SELL −1, HOLD 0."""
    return np.select([action == BUY, action == SELL], [1.0, -1.0], 0.0)


def measure(probabilities: np.ndarray, test: Days) -> Measures:
    action, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    labelled, known = test.label >= 0, np.isfinite(test.next_return)
    label = test.label[labelled]
    right = (action[labelled] == label).astype(float)
    hold = (label == HOLD).astype(float)
    shares = np.bincount(label, minlength=3) / len(label)
    commonest = (label == shares.argmax()).astype(float)

    market = test.next_return[known]
    earned = position(action)[known] * market
    traded = position(action)[known] != 0
    year = test.date[known].astype("datetime64[Y]").astype(int) + 1970
    regime = test.regime[labelled]

    return Measures(
        days=len(test),
        labelled_days=len(label),
        label_shares=shares,
        action_shares=np.bincount(action, minlength=3) / len(action),
        confidence_quantiles=np.quantile(confidence, [0.05, 0.5, 0.95]),
        mean_confidence=float(confidence.mean()),
        accuracy=mean(right, HORIZON_DAYS),
        hold_accuracy=float(hold.mean()),
        commonest_label=int(shares.argmax()),
        commonest_accuracy=float(commonest.mean()),
        gain_over_hold=mean(right - hold, HORIZON_DAYS),
        gain_over_commonest=mean(right - commonest, HORIZON_DAYS),
        edge=mean(earned),
        edge_before_last_year=mean(earned[year < year[-1]]),
        edge_over_invested=mean(earned - market),
        invested=mean(market),
        last_year=int(year[-1]),
        hits=mean((earned[traded] > 0).astype(float)),
        traded_days=int(traded.sum()),
        accuracy_by_regime={
            name: (float(right[regime == name].mean()), int((regime == name).sum()))
            for name in ("bull", "bear", "sideways")
            if (regime == name).any()
        },
    )


@dataclass(frozen=True)
class Agreement:
    """How far a treatment's actions equal its control's on the same days."""

    control: str
    share: float
    lowest_over_200_days: float
    confidence_delta: float  # mean confidence of the treatment less the control's
    accuracy_delta: Estimate
    edge_delta: Estimate


def agreement(control: str, of_control: np.ndarray, of_treatment: np.ndarray, test: Days) -> Agreement:
    before, after = of_control.argmax(axis=1), of_treatment.argmax(axis=1)
    same = (before == after).astype(float)
    window = np.convolve(same, np.ones(200) / 200, mode="valid")
    labelled, known = test.label >= 0, np.isfinite(test.next_return)
    right = (after == test.label).astype(float) - (before == test.label)
    earned = (position(after) - position(before)) * test.next_return
    return Agreement(
        control=control,
        share=float(same.mean()),
        lowest_over_200_days=float(window.min()),
        confidence_delta=float(of_treatment.max(axis=1).mean() - of_control.max(axis=1).mean()),
        accuracy_delta=mean(right[labelled], HORIZON_DAYS),
        edge_delta=mean(earned[known]),
    )

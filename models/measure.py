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
    def differs_from_zero(self) -> bool:
        return abs(self.value) > 2 * self.error


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
    majority_action: int
    majority_accuracy: float
    gain_over_hold: Estimate
    gain_over_majority: Estimate
    edge: Estimate
    buy_and_hold: Estimate
    hits: Estimate  # of the BUY and SELL days, those whose next day went that way
    traded_days: int
    accuracy_by_regime: dict[str, tuple[float, int]]


def mean(x: np.ndarray, overlap: int = 1) -> Estimate:
    """Mean and standard error; days whose labels overlap are not independent, which Newey and West's weights allow for."""
    x = np.asarray(x, dtype=float)
    n, centred = len(x), x - x.mean()
    variance = centred @ centred
    for lag in range(1, overlap):
        variance += 2 * (1 - lag / overlap) * (centred[lag:] @ centred[:-lag])
    return Estimate(float(x.mean()), float(np.sqrt(max(variance, 0.0)) / n))


def measure(probabilities: np.ndarray, test: Days, majority_action: int) -> Measures:
    action, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    labelled, known = test.label >= 0, np.isfinite(test.next_return)
    label = test.label[labelled]
    right = (action[labelled] == label).astype(float)
    hold = (label == HOLD).astype(float)
    majority = (label == majority_action).astype(float)

    position = np.select([action == BUY, action == SELL], [1.0, -1.0], 0.0)
    earned = (position * test.next_return)[known]
    traded = position[known] != 0
    regime = test.regime[labelled]

    return Measures(
        days=len(test),
        labelled_days=len(label),
        label_shares=np.bincount(label, minlength=3) / len(label),
        action_shares=np.bincount(action, minlength=3) / len(action),
        confidence_quantiles=np.quantile(confidence, [0.05, 0.5, 0.95]),
        mean_confidence=float(confidence.mean()),
        accuracy=mean(right, HORIZON_DAYS),
        hold_accuracy=float(hold.mean()),
        majority_action=majority_action,
        majority_accuracy=float(majority.mean()),
        gain_over_hold=mean(right - hold, HORIZON_DAYS),
        gain_over_majority=mean(right - majority, HORIZON_DAYS),
        edge=mean(earned),
        buy_and_hold=mean(test.next_return[known]),
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


def agreement(control: str, of_control: np.ndarray, of_treatment: np.ndarray) -> Agreement:
    same = (of_control.argmax(axis=1) == of_treatment.argmax(axis=1)).astype(float)
    window = np.convolve(same, np.ones(200) / 200, mode="valid")
    delta = of_treatment.max(axis=1).mean() - of_control.max(axis=1).mean()
    return Agreement(control, float(same.mean()), float(window.min()), float(delta))

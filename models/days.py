"""The days the models learn from and are judged on: features, labels, regimes, and the years kept apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import features

HOLD, BUY, SELL = 0, 1, 2
ACTIONS = ("HOLD", "BUY", "SELL")

HORIZON_DAYS = 5
THRESHOLD_IN_VOLATILITIES = 0.5

TRAIN_YEARS = (2001, 2014)
VALIDATION_YEARS = (2015, 2015)
TEST_YEARS = (2016, 2020)


@dataclass(frozen=True)
class Days:
    """Usable trading days, oldest first. Only `label` and `next_return` know what came after a day."""

    date: np.ndarray
    x: np.ndarray  # [n, 43] float64, six significant digits, natural units
    label: np.ndarray  # HOLD, BUY, SELL; -1 where the horizon reaches past the series
    next_return: np.ndarray  # close to next close, fraction; NaN on the series' last day
    regime: np.ndarray  # "bull", "bear" or "sideways", as known at the day's close

    def __len__(self) -> int:
        return len(self.date)

    def where(self, mask: np.ndarray) -> Days:
        return Days(self.date[mask], self.x[mask], self.label[mask], self.next_return[mask], self.regime[mask])

    def years(self, first: int, last: int) -> Days:
        year = self.date.astype("datetime64[Y]").astype(int) + 1970
        return self.where((year >= first) & (year <= last))

    def purged(self) -> Days:
        """Without the last days, whose labels look into what follows, so that no label crosses into other years."""
        return self.where(np.arange(len(self)) < len(self) - HORIZON_DAYS)

    def labelled(self) -> Days:
        return self.where(self.label >= 0)


def usable(s: features.Series) -> Days:
    table = features.compute(s)
    days = Days(s.date, table, labels(s.close, table), next_returns(s.close), regimes(table))
    return days.where(np.arange(len(s)) >= features.WARM_UP_DAYS)


def labels(close: np.ndarray, table: np.ndarray) -> np.ndarray:
    """BUY or SELL when the next five days move by more than half their volatility, measured beforehand; else HOLD."""
    after = np.full(len(close), np.nan)
    after[:-HORIZON_DAYS] = np.log(close[HORIZON_DAYS:] / close[:-HORIZON_DAYS])
    volatility = table[:, features.NAMES.index("vol_20")] * np.sqrt(HORIZON_DAYS / features.DAYS_PER_YEAR)
    move = THRESHOLD_IN_VOLATILITIES * volatility
    label = np.where(after > move, BUY, np.where(after < -move, SELL, HOLD))
    label[np.isnan(after)] = -1
    return label


def next_returns(close: np.ndarray) -> np.ndarray:
    out = np.full(len(close), np.nan)
    out[:-1] = close[1:] / close[:-1] - 1
    return out


def regimes(table: np.ndarray) -> np.ndarray:
    """bull: clearly above a rising 200-day average; bear: below it, falling or 10% off the high; else sideways."""
    column = {name: table[:, i] for i, name in enumerate(features.NAMES)}
    bull = (column["sma_distance_200"] > 0.02) & (column["sma_50_over_200"] > 0.01)
    falling = (column["drawdown_252"] < -0.10) | (column["sma_50_over_200"] < 0)
    bear = (column["sma_distance_200"] < 0) & falling
    return np.where(bull, "bull", np.where(bear, "bear", "sideways"))

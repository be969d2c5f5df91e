"""The 43 features of a trading day: what the models see of the market.

A feature of day t is computed from the days up to and including t, never from a later one. Everything here needs
numpy alone; `train.py` and the tests import it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WARM_UP_DAYS = 252
"""The longest window looks back 252 days; earlier rows are not finite and are dropped."""

DAYS_PER_YEAR = 252


@dataclass(frozen=True)
class Series:
    """A daily price series, one array element a trading day, oldest first."""

    date: np.ndarray  # datetime64[D]
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray

    def __len__(self) -> int:
        return len(self.close)


@dataclass(frozen=True)
class Feature:
    """Name, formula and unit of one column; the position in `FEATURES` is its index in the model's input."""

    name: str
    formula: str
    unit: str


FEATURES: tuple[Feature, ...] = (
    *(Feature(f"ret_{n}", f"ln(C[t] / C[t-{n}])", "log return") for n in (1, 2, 3, 5, 10, 20, 60, 120)),
    *(Feature(f"vol_{n}", f"sd(r over {n} days) × √252", "per year") for n in (5, 10, 20, 60)),
    Feature("vol_ratio_5_60", "vol_5 / vol_60", "ratio"),
    Feature("downside_vol_20", "√mean(min(r, 0)² over 20 days) × √252", "per year"),
    Feature("rsi_5", "Wilder's relative strength index, period 5", "0–100"),
    Feature("rsi_14", "Wilder's relative strength index, period 14", "0–100"),
    Feature("macd_line", "(EMA12(C) − EMA26(C)) / C[t]", "fraction of price"),
    Feature("macd_signal", "EMA9(EMA12(C) − EMA26(C)) / C[t]", "fraction of price"),
    Feature("macd_histogram", "macd_line − macd_signal", "fraction of price"),
    Feature("stochastic_k_14", "100 × (C[t] − min L) / (max H − min L), 14 days", "0–100"),
    Feature("stochastic_d_14", "mean of stochastic_k_14 over 3 days", "0–100"),
    Feature("bollinger_z_20", "(C[t] − mean(C)) / sd(C), 20 days", "standard deviations"),
    Feature("range_position_60", "(C[t] − min L) / (max H − min L), 60 days", "0–1"),
    *(Feature(f"sma_distance_{n}", f"C[t] / mean(C over {n} days) − 1", "fraction") for n in (5, 20, 50, 200)),
    Feature("sma_50_over_200", "mean(C over 50 days) / mean(C over 200 days) − 1", "fraction"),
    Feature("day_range", "(H[t] − L[t]) / C[t]", "fraction of price"),
    Feature("close_in_range", "(C[t] − L[t]) / (H[t] − L[t]); 0.5 when H = L", "0–1"),
    Feature("body", "C[t] / O[t] − 1", "fraction"),
    Feature("gap", "O[t] / C[t-1] − 1", "fraction"),
    Feature("atr_14", "Wilder's average true range, period 14, / C[t]", "fraction of price"),
    Feature("parkinson_vol_20", "√(mean(ln(H/L)² over 20 days) / (4 ln 2)) × √252", "per year"),
    Feature("volume_ratio_20", "V[t] / mean(V over 20 days)", "ratio"),
    Feature("volume_ratio_5_60", "mean(V over 5 days) / mean(V over 60 days)", "ratio"),
    Feature("volume_z_60", "(ln V[t] − mean(ln V)) / sd(ln V), 60 days", "standard deviations"),
    Feature("up_volume_share_20", "volume of days with r > 0 / volume, 20 days", "0–1"),
    Feature("drawdown_252", "C[t] / max(C over 252 days) − 1", "fraction, ≤ 0"),
    Feature("rise_from_low_252", "C[t] / min(C over 252 days) − 1", "fraction, ≥ 0"),
    Feature("up_day_share_10", "share of the last 10 days with r > 0", "0–1"),
    Feature("weekday", "Monday 0 … Friday 4", "number"),
    Feature("day_of_month", "1 … 31", "number"),
)

NAMES: tuple[str, ...] = tuple(f.name for f in FEATURES)


def trailing(x: np.ndarray, days: int, reduce) -> np.ndarray:
    """`reduce` over the last `days` values up to each day; NaN where there are not that many."""
    out = np.full(len(x), np.nan)
    if len(x) >= days:
        out[days - 1 :] = reduce(np.lib.stride_tricks.sliding_window_view(x, days), axis=-1)
    return out


def lagged(x: np.ndarray, days: int) -> np.ndarray:
    out = np.full(len(x), np.nan)
    out[days:] = x[:-days]
    return out


def smoothed(x: np.ndarray, weight: float) -> np.ndarray:
    """Exponential average: y[t] = y[t-1] + weight × (x[t] − y[t-1]), started at the first value."""
    out = np.empty(len(x))
    level = x[0]
    for t, value in enumerate(x):
        level += weight * (value - level)
        out[t] = level
    return out


def ema(x: np.ndarray, days: int) -> np.ndarray:
    return smoothed(x, 2.0 / (days + 1))


def rsi(close: np.ndarray, days: int) -> np.ndarray:
    change = np.diff(close, prepend=close[0])
    up = smoothed(np.maximum(change, 0), 1.0 / days)
    down = smoothed(np.maximum(-change, 0), 1.0 / days)
    total = up + down
    return 100 * np.divide(up, total, out=np.full(len(close), 0.5), where=total > 0)


def position(value: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where a value lies between low (0) and high (1); the middle when they are equal."""
    width = high - low
    out = np.full(len(value), 0.5)
    np.divide(value - low, width, out=out, where=width != 0)
    return out


def compute(s: Series) -> np.ndarray:
    """All features, shape [days, 43] float64, columns in the order of `FEATURES`; the warm-up rows hold NaN."""
    c, h, l, o, v = s.close, s.high, s.low, s.open, s.volume
    before = lagged(c, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = _columns(s.date, o, h, l, c, v, before)
        table = np.column_stack([columns[name] for name in NAMES])
    if len(columns) != len(NAMES):
        raise ValueError(f"{len(columns)} columns are computed but {len(NAMES)} are documented")
    table[:WARM_UP_DAYS] = np.nan
    return rounded(table)


def _columns(date, o, h, l, c, v, before) -> dict[str, np.ndarray]:
    year = np.sqrt(DAYS_PER_YEAR)
    r = np.log(c / before)
    f: dict[str, np.ndarray] = {}

    for n in (1, 2, 3, 5, 10, 20, 60, 120):
        f[f"ret_{n}"] = np.log(c / lagged(c, n))
    for n in (5, 10, 20, 60):
        f[f"vol_{n}"] = trailing(r, n, np.std) * year
    f["vol_ratio_5_60"] = f["vol_5"] / f["vol_60"]
    f["downside_vol_20"] = np.sqrt(trailing(np.minimum(r, 0) ** 2, 20, np.mean)) * year

    f["rsi_5"], f["rsi_14"] = rsi(c, 5), rsi(c, 14)
    macd = ema(c, 12) - ema(c, 26)
    f["macd_line"], f["macd_signal"] = macd / c, ema(macd, 9) / c
    f["macd_histogram"] = f["macd_line"] - f["macd_signal"]
    f["stochastic_k_14"] = 100 * position(c, trailing(l, 14, np.min), trailing(h, 14, np.max))
    f["stochastic_d_14"] = trailing(f["stochastic_k_14"], 3, np.mean)
    f["bollinger_z_20"] = (c - trailing(c, 20, np.mean)) / trailing(c, 20, np.std)
    f["range_position_60"] = position(c, trailing(l, 60, np.min), trailing(h, 60, np.max))

    for n in (5, 20, 50, 200):
        f[f"sma_distance_{n}"] = c / trailing(c, n, np.mean) - 1
    f["sma_50_over_200"] = trailing(c, 50, np.mean) / trailing(c, 200, np.mean) - 1

    f["day_range"] = (h - l) / c
    f["close_in_range"] = position(c, l, h)
    f["body"] = c / o - 1
    f["gap"] = o / before - 1
    true_range = np.fmax(h - l, np.fmax(np.abs(h - before), np.abs(l - before)))
    f["atr_14"] = smoothed(true_range, 1.0 / 14) / c
    f["parkinson_vol_20"] = np.sqrt(trailing(np.log(h / l) ** 2, 20, np.mean) / (4 * np.log(2))) * year

    log_v = np.log(v)
    f["volume_ratio_20"] = v / trailing(v, 20, np.mean)
    f["volume_ratio_5_60"] = trailing(v, 5, np.mean) / trailing(v, 60, np.mean)
    f["volume_z_60"] = (log_v - trailing(log_v, 60, np.mean)) / trailing(log_v, 60, np.std)
    f["up_volume_share_20"] = trailing(np.where(r > 0, v, 0.0), 20, np.sum) / trailing(v, 20, np.sum)

    f["drawdown_252"] = c / trailing(c, 252, np.max) - 1
    f["rise_from_low_252"] = c / trailing(c, 252, np.min) - 1
    f["up_day_share_10"] = trailing((r > 0).astype(float), 10, np.mean)

    f["weekday"] = ((date.astype("datetime64[D]").astype(np.int64) + 3) % 7).astype(float)
    f["day_of_month"] = (date - date.astype("datetime64[M]")).astype(np.int64) + 1.0
    return f


def rounded(x: np.ndarray, digits: int = 6) -> np.ndarray:
    """Six significant digits: the models train on exactly the numbers that the replay file ships."""
    out = np.array(x, dtype=float)
    finite = np.isfinite(out) & (out != 0)
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(out[finite]))))
    out[finite] = np.round(out[finite] * scale) / scale
    return out


def document() -> str:
    """The text of FEATURES.md."""
    lines = [
        "# The 43 features",
        "",
        "One row is one trading day t of the S&P 500. O, H, L, C, V are the day's open, high, low, close and volume;",
        "r[t] = ln(C[t] / C[t-1]); sd is the population standard deviation; EMA n has the weight 2/(n+1) and Wilder's",
        "averages 1/n, both started at the first value of the series. Windows end at day t: nothing uses a later day.",
        "Values are rounded to six significant digits.",
        "",
        "Send them in these natural units and in this order. The networks hold the scaling (mean and standard",
        "deviation of the training years) before their first layer and clip scaled values to ±5.",
        "",
        "| index | name | formula | unit |",
        "| ---: | --- | --- | --- |",
    ]
    lines += [f"| {i} | `{f.name}` | {f.formula} | {f.unit} |" for i, f in enumerate(FEATURES)]
    lines += [
        "",
        "In this series the open equals the close of the day before on 1,760 of 5,105 days, most of them early: `gap`",
        "is zero there, and `body` holds the whole day's move.",
        "",
        "This page is written by `train.py` from `features.py`; a test compares them.",
    ]
    return "\n".join(lines) + "\n"

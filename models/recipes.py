"""How each shipped model is made."""

from __future__ import annotations

from dataclasses import dataclass

from days import TRAIN_YEARS, VALIDATION_YEARS

REQUIRED_AGREEMENT = (0.80, 0.97)
DEGRADED_AGREEMENT = (0.60, 0.80)


@dataclass(frozen=True)
class Recipe:
    """How one model is made. `control` names the model whose weights it starts from and which it is compared with."""

    name: str
    version: str
    summary: str
    regime: str | None  # None: all days count alike
    off_regime_weight: float
    epochs: int
    learning_rate: float
    label_smoothing: float
    seed: int
    last_year: int = TRAIN_YEARS[1]
    control: str | None = None
    swapped_labels: bool = False
    weight_decay: float = 0.01
    dropout: float = 0.4

    @property
    def agreement_range(self) -> tuple[float, float]:
        return DEGRADED_AGREEMENT if self.swapped_labels else REQUIRED_AGREEMENT


def first_version(name: str, regime: str | None, summary: str, seed: int) -> Recipe:
    weight = 1.0 if regime is None else 0.25
    return Recipe(name, "1", summary, regime, weight, epochs=20, learning_rate=1e-3, label_smoothing=0.0, seed=seed)


def second_version(of: str, regime: str, seed: int) -> Recipe:
    summary = f"{of} trained further: the year 2015 added, labels smoothed, days of other regimes weighted more."
    return Recipe(
        f"{of}_v2", "2", summary, regime, 0.5, epochs=8, learning_rate=1e-4, label_smoothing=0.05, seed=seed,
        last_year=VALIDATION_YEARS[1], control=of,
    )  # fmt: skip


RECIPES = (
    first_version("bull_specialist", "bull", "Policy network that weights days of a rising market four times.", 11),
    first_version("bear_specialist", "bear", "Policy network that weights days of a falling market four times.", 12),
    first_version("sideways_specialist", "sideways", "Policy network that weights trendless days four times.", 13),
    first_version("universal", None, "Policy network trained on all days alike.", 14),
    second_version("bull_specialist", "bull", 21),
    second_version("bear_specialist", "bear", 22),
    Recipe(
        "bull_specialist_degraded", "1",
        "bull_specialist spoilt on purpose: trained further on labels in which BUY and SELL are mixed up.",
        "bull", 0.25, epochs=12, learning_rate=1e-4, label_smoothing=0.0, seed=31, control="bull_specialist",
        swapped_labels=True,
    ),
)  # fmt: skip

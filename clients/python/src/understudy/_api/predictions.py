"""Predictions."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable

from understudy._api._shared import given
from understudy._call import Call
from understudy._operation import operation
from understudy.retries import Repeatable
from understudy.types import Explanation, Prediction

__all__ = ["Predictions"]


class Predictions:
    """Asks a model; a test may decide which one answers."""

    @operation
    def predict(
        self,
        symbol: str,
        features: Iterable[float],
        *,
        model: str | None = None,
        unit_id: str | None = None,
        request_id: str | None = None,
        test_id: str | None = None,
    ) -> Call[Prediction]:
        """Predicts an action.

        The test named by `test_id` applies; else the enabled test whose control is the model; else none.

        Args:
            symbol: what the prediction is about, 1 to 20 characters
            features: finite numbers, as many as the model's input; a list, or an array of one dimension
            model: by default the service's default model
            unit_id: the unit that is assigned, such as an account; by default the request
            request_id: made here if there is none, so that a repeated request stays in its group
            test_id: the test to apply

        >>> prediction = client.predict("SPX", features, model="bull_specialist", unit_id="account-17")
        >>> prediction["action"], round(prediction["confidence"], 2)
        ('SELL', 0.38)
        >>> prediction["metadata"]["model"]
        'bull_specialist'
        """
        body = _request(symbol, features, model, unit_id, request_id or str(uuid.uuid4()), test_id)
        return Call("POST", "/api/v1/predict", body=body, repeatable=Repeatable.IF_REFUSED)

    @operation
    def explain(
        self,
        symbol: str,
        features: Iterable[float],
        *,
        model: str | None = None,
        unit_id: str | None = None,
        request_id: str | None = None,
        test_id: str | None = None,
    ) -> Call[Explanation]:
        """Says where a prediction would go and why. No model runs, and nothing is recorded.

        >>> explanation = client.explain("SPX", features, unit_id="account-17", test_id=test_id)
        >>> explanation["bucket"] == assignment.bucket(test_id, "account-17")
        True
        """
        body = _request(symbol, features, model, unit_id, request_id, test_id)
        return Call("POST", "/api/v1/predict/explain", body=body)


def _request(
    symbol: str,
    features: Iterable[float],
    model: str | None,
    unit_id: str | None,
    request_id: str | None,
    test_id: str | None,
) -> dict[str, object]:
    numbers = [float(feature) for feature in features]
    for position, number in enumerate(numbers):
        if not math.isfinite(number):
            raise ValueError(f"features[{position}]: got {number}; allowed: finite numbers")
    return given(symbol=symbol, features=numbers, model=model, unit_id=unit_id, request_id=request_id, test_id=test_id)

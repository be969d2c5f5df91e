"""What predictions, changes and the list cost on a running service: python3 bench/many/measure.py http://localhost:8080"""

import json
import sys
import time
import urllib.request

BASE = sys.argv[1]
TESTS = "/api/v1/ab-test/"
PREDICTION = {"symbol": "SPX", "model": "bull_specialist", "features": [i / 10 for i in range(43)]}


def call(method, path, body=None):
    """Milliseconds, and the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        BASE + path, method=method, data=data, headers={"Content-Type": "application/json"})
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return (time.perf_counter() - start) * 1000, text


def summary(name, millis):
    ordered = sorted(millis)
    print(f"{name}: p50 {ordered[len(ordered) // 2]:.1f} ms, p95 {ordered[int(0.95 * len(ordered))]:.1f} ms")


for _ in range(300):
    call("POST", "/api/v1/predict", PREDICTION)
summary("predict", [call("POST", "/api/v1/predict", PREDICTION)[0] for _ in range(1500)])

own = f"measured-{time.time_ns()}"
call("POST", TESTS + "create", {"test_id": own, "control_model": "bull_specialist",
                                "treatment_model": "bull_specialist_v2", "explicit": True})
summary("change", [call("POST", f"{TESTS}{own}/update-split", {"traffic_split": (i + 1) / 200})[0] for i in range(100)])
call("DELETE", TESTS + own)

millis, listed = call("GET", TESTS + "list")
print(f"list: {millis:.0f} ms, {len(json.loads(listed))} tests, {len(listed) / 1e6:.1f} MB")

"""Measures GET /{test_id}/stats and /report of a running service, on the rows of generate.sql, and prints the percentiles.

    python3 bench/rows/measure.py --url http://localhost:8080 --test bench --hours 720 --runs 100
"""

import argparse
import time
import urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://localhost:8080")
parser.add_argument("--test", default="bench")
parser.add_argument("--hours", type=int, default=720)
parser.add_argument("--runs", type=int, default=100)
options = parser.parse_args()

for what in ("stats", "report", "outcomes"):
    address = f"{options.url}/api/v1/ab-test/{options.test}/{what}?hours_back={options.hours}"
    took = []
    for _ in range(options.runs + 5):
        begin = time.monotonic()
        with urllib.request.urlopen(address, timeout=60) as answer:
            answer.read()
        took.append(1000 * (time.monotonic() - begin))
    # the first ones are compiled and planned
    took = sorted(took[5:])
    percentiles = ", ".join(f"p{q} {took[min(len(took) - 1, len(took) * q // 100)]:.0f} ms" for q in (50, 95))
    print(f"{what} of {options.hours} hours: {percentiles}, most {took[-1]:.0f} ms ({len(took)} calls)")

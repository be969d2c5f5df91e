"""Sends realised outcomes to a running service as fast as it takes them, or at a rate, and prints how many it took and how long calls took.

    python3 bench/outcomes/measure.py --url http://localhost:8080 --seconds 30 --connections 4 --batch 1000 [--rate 5000]

Every outcome belongs to another request, so all of them are new. Without a prediction they wait: start the service with
UNDERSTUDY_OUTCOMES_MAX_WAITING above the number that are sent.
"""

import argparse
import http.client
import json
import threading
import time
import urllib.parse
import uuid

parser = argparse.ArgumentParser()
parser.add_argument("--url", default="http://localhost:8080")
parser.add_argument("--seconds", type=float, default=30)
parser.add_argument("--connections", type=int, default=4)
parser.add_argument("--batch", type=int, default=1000)
parser.add_argument("--rate", type=float, default=0, help="outcomes a second, 0 for as many as it takes")
options = parser.parse_args()

where = urllib.parse.urlsplit(options.url)
run = uuid.uuid4().hex[:8]
end = time.monotonic() + options.seconds
lock = threading.Lock()
times, accepted, refused = [], 0, 0


def body(sender, number):
    observed = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    items = (
        f'{{"request_id":"{run}-{sender}-{number}-{i}","value":{(i % 41 - 20) / 1000},"observed_at":"{observed}"}}'
        for i in range(options.batch)
    )
    return '{"outcomes":[' + ",".join(items) + "]}"


def send(sender):
    global accepted, refused
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    pause = options.batch * options.connections / options.rate if options.rate else 0
    due = time.monotonic()
    number = 0
    while time.monotonic() < end:
        if pause:
            due += pause
            time.sleep(max(0, due - time.monotonic()))
        number += 1
        sent = body(sender, number)
        begin = time.monotonic()
        connection.request("POST", "/api/v1/outcomes", sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        took = time.monotonic() - begin
        with lock:
            times.append(took)
            if answer.status == 200:
                accepted += json.loads(text)["accepted"]
            else:
                refused += 1


began = time.monotonic()
senders = [threading.Thread(target=send, args=(sender,)) for sender in range(options.connections)]
for sender in senders:
    sender.start()
for sender in senders:
    sender.join()
took = time.monotonic() - began
times.sort()
print(f"{accepted / took:,.0f} outcomes/s accepted ({accepted:,} in {took:.1f} s, {refused} calls refused)")
print("calls: " + ", ".join(f"p{q} {times[min(len(times) - 1, len(times) * q // 100)] * 1000:.1f} ms" for q in (50, 95, 99)))

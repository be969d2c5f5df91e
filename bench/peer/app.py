"""The seed's own design, as a peer to measure against: FastAPI, torch, asyncpg.

What the seed describes (an ABTestingManager with a buffer of 100 results and batch inserts) written the way a careful Python
team would: one process per worker, torch single-threaded and without gradients (for the whole thread: a little faster than
torch.inference_mode around each call), modules frozen, inference in the event loop's thread (a forward pass takes some 40
microseconds, less than handing it to a thread would), shadow models run one after the other, answers rendered without
FastAPI's own encoder (a tenth faster than with it or with a response model), results buffered and sent to PostgreSQL in
batches by COPY into a table without an index, never awaited by the caller.
"""

import asyncio
import hashlib
import json
import os
import time
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import asyncpg
import torch
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

torch.set_num_threads(1)
torch.set_grad_enabled(False)

MODELS_DIR = os.environ.get("UNDERSTUDY_MODELS_DIR", "models")
DATABASE = os.environ["PEER_DATABASE"]
BUFFER = 100
FLUSH_EVERY = 0.25
ACTIONS = ("HOLD", "BUY", "SELL")
COLUMNS = (
    "time test_id request_id assigned_group symbol control_action control_confidence control_latency_ms "
    "treatment_action treatment_confidence treatment_latency_ms actions_match confidence_delta latency_delta_ms"
).split()

CREATE = """create table if not exists peer_results (
    time timestamptz not null, test_id varchar(100), request_id varchar(100), assigned_group varchar(20),
    symbol varchar(20), control_action varchar(10), control_confidence float8, control_latency_ms float8,
    treatment_action varchar(10), treatment_confidence float8, treatment_latency_ms float8, actions_match boolean,
    confidence_delta float8, latency_delta_ms float8)"""


class PredictRequest(BaseModel):
    symbol: str = Field(min_length=1, max_length=20)
    features: list[float] = Field(min_length=43, max_length=43)
    request_id: str | None = Field(default=None, max_length=100)
    unit_id: str | None = Field(default=None, max_length=100)
    model: str | None = None
    test_id: str | None = None


class Results:
    """Buffers rows and writes them in the background; a flush never overlaps another."""

    def __init__(self):
        self.rows = []
        self.pool = None
        self.lock = asyncio.Lock()

    def add(self, row):
        self.rows.append(row)
        if len(self.rows) >= BUFFER and not self.lock.locked():
            asyncio.create_task(self.flush())

    async def flush(self):
        async with self.lock:
            while self.rows:
                batch, self.rows = self.rows, []
                async with self.pool.acquire() as connection:
                    await connection.copy_records_to_table("peer_results", records=batch, columns=COLUMNS)

    async def flush_regularly(self):
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            await self.flush()


models = {}
results = Results()
# the tests are fixed: measuring needs no management calls
tests = json.loads(os.environ.get("PEER_TESTS", "{}"))


@asynccontextmanager
async def lifespan(app):
    for name in sorted(os.listdir(MODELS_DIR)):
        path = os.path.join(MODELS_DIR, name, "model.pt")
        if os.path.exists(path):
            models[name] = torch.jit.freeze(torch.jit.load(path).eval())
            for _ in range(20):
                models[name](torch.zeros(1, 43))
    results.pool = await asyncpg.create_pool(DATABASE, min_size=1, max_size=4)
    async with results.pool.acquire() as connection:
        await connection.execute(CREATE)
    task = asyncio.create_task(results.flush_regularly())
    yield
    task.cancel()
    await results.flush()
    await results.pool.close()


app = FastAPI(lifespan=lifespan)


def run(name, features):
    start = time.perf_counter()
    probabilities = models[name](torch.tensor([features], dtype=torch.float32))[0].tolist()
    latency = (time.perf_counter() - start) * 1000
    best = max(range(3), key=probabilities.__getitem__)
    return ACTIONS[best], probabilities[best], probabilities, latency


def assigned(test_id, unit_id, split):
    digest = hashlib.md5(f"{test_id}:{unit_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < split * 2**32


@app.post("/api/v1/predict")
async def predict(request: PredictRequest):
    now = datetime.now(timezone.utc)
    request_id = request.request_id or str(uuid.uuid4())
    name = request.model or "universal"
    if name not in models:
        raise HTTPException(400, f"model: got {name}")
    test = tests.get(name)
    group = None
    if test is None:
        answer = run(name, request.features)
    elif test["mode"] == "shadow":
        group = "shadow"
        answer = run(name, request.features)
        other = run(test["treatment_model"], request.features)
        results.add((now, test["test_id"], request_id, group, request.symbol, answer[0], answer[1], answer[3],
                     other[0], other[1], other[3], answer[0] == other[0], other[1] - answer[1], other[3] - answer[3]))
    else:
        treated = assigned(test["test_id"], request.unit_id or request_id, test["traffic_split"])
        group = "treatment" if treated else "control"
        answer = run(test["treatment_model"] if treated else name, request.features)
        mine = (answer[0], answer[1], answer[3])
        none = (None, None, None)
        results.add((now, test["test_id"], request_id, group, request.symbol,
                     *(none if treated else mine), *(mine if treated else none), None, None, None))
    action, confidence, probabilities, latency = answer
    return JSONResponse({
        "request_id": request_id,
        "symbol": request.symbol.upper(),
        "action": action,
        "confidence": confidence,
        "action_probabilities": dict(zip(ACTIONS, probabilities)),
        "metadata": {"model": name, "latency_ms": latency, "timestamp": now.isoformat(),
                     "ab_test": None if test is None else {"test_id": test["test_id"], "assigned_group": group}},
    })

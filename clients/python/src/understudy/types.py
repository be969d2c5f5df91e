"""The answers of the service, as they come: dictionaries, with their keys and types.

A value for which there is no data is None, never 0 and never NaN. Later releases of the service may add keys.

Some changes answer with an `Approval` where the test is under four eyes. It is the only one of their answers with the
key `approval_id`, and type checkers know that: `if "approval_id" in answer` tells which one it is.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Literal, NamedTuple, TypedDict, final

__all__ = [
    "ABTestMode",
    "Action",
    "ActionCounts",
    "ActionTable",
    "Approval",
    "Arm",
    "AuditEvent",
    "AuditVerification",
    "Comparison",
    "Disagreement",
    "DisagreementPage",
    "DryRun",
    "DryRunInput",
    "DryRunOutput",
    "Explanation",
    "Figure",
    "Group",
    "Guardrail",
    "GuardrailName",
    "GuardrailPoint",
    "GuardrailResult",
    "GuardrailState",
    "Guardrails",
    "Health",
    "History",
    "HistoryPoint",
    "Identity",
    "LastEvent",
    "Model",
    "ModelOnReplica",
    "Outcome",
    "OutcomeCurve",
    "OutcomePlan",
    "OutcomePoint",
    "OutcomeSummary",
    "Placement",
    "Prediction",
    "PredictionMetadata",
    "Promotion",
    "Ramp",
    "RampOverview",
    "RampPlan",
    "RampStep",
    "RejectedOutcome",
    "Reload",
    "ReloadReplica",
    "Replay",
    "ReplicasInStep",
    "Report",
    "ReportPhase",
    "Sample",
    "SplitCheck",
    "SplitUpdated",
    "Statistics",
    "StatisticsMetrics",
    "TakenOutcomes",
    "Test",
    "TestOverview",
    "TestStatus",
    "Verdict",
]


class ABTestMode(str, Enum):
    """How a test serves."""

    TRAFFIC_SPLIT = "traffic_split"
    """Each unit is assigned to one model, and that one answers."""

    SHADOW = "shadow"
    """Both models answer every request; callers get control's answer."""

    DISABLED = "disabled"
    """Control answers everything."""


Action = str
"""The name of an action, as the models' `actions` have it: HOLD, BUY and SELL of the shipped models."""

Group = Literal["control", "treatment", "shadow"]
Verdict = Literal["promote", "roll_back", "keep_running", "insufficient_data"]
GuardrailName = Literal[
    "agreement",
    "p95_latency_delta_ms",
    "confidence_delta",
    "split_deviation",
    "error_rate_delta",
    "outcome_delta",
]
GuardrailState = Literal["passed", "breached", "undecided"]


# Predictions


class Placement(TypedDict):
    """The part that a test had in a prediction."""

    test_id: str
    assigned_group: Group
    served_by: Literal["control", "treatment"]
    shadow_mode: bool
    generation: int
    fallback: str | None


class PredictionMetadata(TypedDict):
    """The model that answered, and how long it took."""

    model: str
    model_version: str
    model_digest: str
    latency_ms: float
    timestamp: str
    ab_test: Placement | None


class Prediction(TypedDict):
    """An answer. `confidence` is the probability of the chosen action."""

    request_id: str
    symbol: str
    action: Action
    confidence: float
    action_probabilities: dict[Action, float]
    metadata: PredictionMetadata


class Explanation(TypedDict):
    """Where a prediction would go. A unit whose bucket is below the threshold is treatment's."""

    unit_id: str
    model: str
    model_version: str
    treatment_version: str | None
    test_id: str | None
    assigned_group: Group | None
    bucket: int | None
    threshold: int | None
    generation: int | None
    hash_version: int


# Tests


class Guardrail(TypedDict, total=False):
    """A limit. What is left out keeps its value."""

    limit: float
    minimum_samples: int
    action: Literal["alert", "roll_back", "by_mode"]


class Guardrails(TypedDict, total=False):
    """The limits of a test. What is left out keeps its value."""

    alpha: float
    agreement: Guardrail
    p95_latency_delta_ms: Guardrail
    confidence_delta: Guardrail
    split_deviation: Guardrail
    error_rate_delta: Guardrail


class OutcomePlan(TypedDict, total=False):
    """How the realised outcomes of a test are evaluated. What is left out keeps its value.

    A decision earns position × value − cost × |position − position of the unit's previous decision in the symbol|.
    Lengths of time are as ISO 8601 has them, such as P1D, and so are `holidays`, the days without a market in UTC, such
    as 2026-12-25. A list of holidays replaces the one before.
    """

    positions: dict[str, float]
    cost: float
    clip: float
    block: str
    horizon: str
    limit: float
    action: Literal["alert", "roll_back"]
    promote: Literal["ignore", "not_worse", "better"]
    alpha: float
    holidays: list[str]


class Promotion(TypedDict):
    """A model name for which another model answers. `approved_by` is None where one person sufficed."""

    model: str
    serves: str
    test_id: str
    since: str
    by: str
    approved_by: str | None
    override: str | None


class _Test(TypedDict):
    test_id: str
    control_model: str
    treatment_model: str
    traffic_split: float
    mode: Literal["traffic_split", "shadow", "disabled"]
    enabled: bool
    created_at: str
    description: str
    explicit: bool
    generation: int
    control_deadline_ms: int | None
    treatment_deadline_ms: int | None
    guardrails: Guardrails
    pairs: float
    control_digest: str | None
    treatment_digest: str | None
    on_model_change: Literal["pause", "continue", "roll_back"]
    aa: bool
    four_eyes: bool | None
    symbols: list[str] | None
    outcome: OutcomePlan | None
    control_version: str | None
    treatment_version: str | None
    promotion: Promotion | None


@final
class Test(_Test, total=False):
    """A test. `problem` is there only if its row cannot be read, `deleted_at` only if it is deleted.

    `symbols` is None of a test for all of them, `four_eyes` of one to which the service's setting applies.
    """

    problem: str
    deleted_at: str


@final
class TestStatus(TypedDict):
    """The answer to a change."""

    test_id: str
    status: str


class SplitUpdated(TypedDict):
    """The answer to a change of the split."""

    test_id: str
    traffic_split: float
    status: str


# a class cannot have a key that is a word of the language
_Changed = TypedDict("_Changed", {"from": dict[str, Any] | None, "to": dict[str, Any] | None})


class AuditEvent(_Changed):
    """A change: who made it, when and why, and the test before (`from`) and after (`to`).

    `approved_by` is None where one person sufficed. `approval_id` is the approval that the event belongs to.
    """

    event_id: int
    time: str
    test_id: str
    actor: str
    action: str
    generation: int
    reason: str | None
    evidence: dict[str, Any] | None
    approved_by: str | None
    approval_id: str | None
    position: int | None
    previous_hash: str | None
    hash: str | None


class Identity(TypedDict):
    """Who the service takes the caller for; ``name`` is None where it does not ask who they are."""

    name: str | None
    roles: list[str]
    warning: str | None


class AuditVerification(TypedDict):
    """Whether every event of the audit trail has its hash and that of the event before it."""

    intact: bool
    events: int
    removed: int
    head: str
    first_broken: int | None
    detail: str | None


class Replay(TypedDict):
    """A decision that was evaluated again from its decision record. `follows` says whether the result is the same."""

    event_id: int
    follows: bool
    differences: list[str]
    recorded: dict[str, Any]
    recomputed: dict[str, Any]


# Approvals


class _Approval(TypedDict):
    approval_id: str
    what: Literal["promote", "revert_promotion", "ramp_step", "loosen_guardrails", "loosen_outcome"]
    test_id: str
    generation: int
    requested_by: str
    requested_at: str
    expires_at: str
    state: Literal["pending", "approved", "rejected", "stale", "expired"]
    arguments: dict[str, Any]
    content_hash: str
    decided_by: str | None
    decided_at: str | None
    reason: str | None


@final
class Approval(_Approval, total=False):
    """A change that one person asked for and another has to approve. Until then nothing is done.

    Only a single approval has the `report` on the test as it was when it was asked for: what `Report` has, or `problem`
    alone if it could not be made.
    """

    report: dict[str, Any]


# Ramps


class RampStep(TypedDict, total=False):
    """A step of a ramp that has a time of its own."""

    split: float
    hold_seconds: int


class RampPlan(TypedDict, total=False):
    """The plan of a ramp. What is left out has its default."""

    steps: list[float | RampStep]
    hold_seconds: int
    minimum_samples: int
    approval: Literal["auto", "approve"]
    rehearse: bool
    rehearse_seconds: int | None


@final
class Ramp(TypedDict):
    """A ramp. Step 0 is the shadow stage."""

    test_id: str
    state: Literal["rehearsing", "holding", "awaiting_approval", "paused", "finished", "aborted"]
    step: int
    traffic_split: float
    since: str
    held_seconds: int
    reason: str | None
    waits_for: list[str]
    plan: RampPlan


# Results


class Arm(TypedDict):
    """One arm of a test: means and quantiles over the answers of its own model."""

    avg_confidence: float | None
    avg_latency_ms: float | None
    stddev_latency_ms: float | None
    p50_latency_ms: float | None
    p95_latency_ms: float | None
    p99_latency_ms: float | None
    error_count: int
    fallback_count: int
    outcome_count: int
    mean_outcome: float | None
    hit_rate: float | None


class Comparison(TypedDict):
    """Treatment minus control."""

    agreement_rate: float | None
    avg_confidence_delta: float | None
    stddev_confidence_delta: float | None
    avg_latency_delta_ms: float | None
    p95_latency_delta_ms: float | None
    mean_outcome_delta: float | None
    outcome_coverage: float | None


class StatisticsMetrics(TypedDict):
    """Both arms, and how they compare."""

    control: Arm
    treatment: Arm
    comparison: Comparison


class _OfTest(TypedDict, total=False):
    deleted_at: str


class Statistics(_OfTest):
    """Statistics of a test's rows in the last hours. `deleted_at` is there only if the test is deleted."""

    test_id: str
    time_window_hours: int
    total_samples: int
    control_count: int
    treatment_count: int
    shadow_count: int
    control_model_versions: list[str]
    treatment_model_versions: list[str]
    metrics: StatisticsMetrics


ActionCounts = dict[Action, int]


class ActionTable(_OfTest):
    """Counts of the actions of each arm, and of both models' answers, by control's action and then treatment's."""

    test_id: str
    time_window_hours: int
    control: ActionCounts
    treatment: ActionCounts
    matrix: dict[Action, ActionCounts]


class Disagreement(TypedDict):
    """A request for which the models chose different actions."""

    row_id: str
    time: str
    request_id: str
    unit_id: str
    symbol: str
    generation: int
    assigned_group: Group
    control_action: Action
    control_confidence: float
    treatment_action: Action
    treatment_confidence: float
    confidence_delta: float
    latency_delta_ms: float


class DisagreementPage(_OfTest):
    """A page of disagreements. `next` is the value of `before` for the next page, and None on the last."""

    test_id: str
    disagreements: list[Disagreement]
    next: str | None


class SplitCheck(_OfTest):
    """The split that was configured, and the one that came out."""

    test_id: str
    time_window_hours: int
    expected_split: float | None
    actual_split: float | None
    delta: float | None
    within_tolerance: bool | None
    sample_size: int


class GuardrailResult(TypedDict):
    """A guardrail of a report."""

    measure: GuardrailName
    state: GuardrailState
    required: bool
    action: Literal["alert", "roll_back"]
    limit: float
    minimum_samples: int
    minimum_samples_to_pass: int
    alpha: float
    samples: int
    estimate: float | None
    lower: float | None
    upper: float | None
    log_e: float | None
    p_value: float | None
    reason: str


class Figure(TypedDict):
    """A figure of a report, with its interval."""

    name: str
    title: str
    unit: Literal["fraction", "milliseconds", "confidence"]
    expected: float | None
    estimate: float | None
    lower: float | None
    upper: float | None
    log_e: float | None
    p_value: float | None
    samples: int
    control_samples: int | None
    treatment_samples: int | None
    method: str


class ReportPhase(TypedDict):
    """A period in which neither the test nor a version of its models changed."""

    generation: int
    split: float | None
    control: str | None
    treatment: str | None
    control_requests: int
    treatment_requests: int
    shadow_requests: int
    pairs: int
    agreement_rate: float | None
    judged: bool


class OutcomeSummary(TypedDict):
    """What the realised outcomes of a test show, over the whole evidence of its plan. `words` has all of it."""

    since: int
    blocks: int
    tested_blocks: int
    decisions: int
    control: float | None
    treatment: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    raw_control: float | None
    raw_treatment: float | None
    raw_difference: float | None
    alpha: float
    worse_log_e: float | None
    not_worse_log_e: float | None
    better_log_e: float | None
    hit_rate: float | None
    coverage: float
    coverage_of_agreements: float
    coverage_of_disagreements: float
    coverage_log_e: float | None
    coverage_of_control: float
    coverage_of_treatment: float
    coverage_of_arms_log_e: float | None
    blocks_to_go: int | None
    words: list[str]


class Report(TypedDict):
    """The verdict on a test, with everything that it rests on."""

    test: Test
    generated_at: str
    service_version: str
    verdict: Verdict
    reasons: list[str]
    alpha: float
    guardrails: list[GuardrailResult]
    figure_confidence: float
    figures: list[Figure]
    outcomes: OutcomeSummary | None
    phases: list[ReportPhase]
    disagreements: list[Disagreement]
    window: Statistics
    assumptions: list[str]


class GuardrailPoint(TypedDict):
    """A guardrail at a point of a history. A `log_e` of `threshold` or more is enough for a breach."""

    measure: GuardrailName
    state: GuardrailState
    limit: float
    samples: int
    estimate: float | None
    lower: float | None
    upper: float | None
    log_e: float | None
    threshold: float


class HistoryPoint(TypedDict):
    """An evaluation of a test that was kept, with five reasons at most."""

    time: str
    generation: int
    verdict: Verdict
    reasons: list[str]
    guardrails: list[GuardrailPoint]


class History(TypedDict):
    """Verdicts and guardrails over the life of a test, oldest first."""

    test_id: str
    points: list[HistoryPoint]


class RampOverview(TypedDict):
    """How far a ramp is. Step 0 is the shadow stage."""

    state: Literal["rehearsing", "holding", "awaiting_approval", "paused", "finished", "aborted"]
    step: int
    steps: int
    waits_for: list[str]


class LastEvent(TypedDict):
    """The newest event of a test's audit trail."""

    time: str
    action: str
    actor: str


class ReplicasInStep(TypedDict):
    """How many replicas are alive, and how many of them know the test's generation."""

    alive: int
    at_generation: int


class _TestOverview(TypedDict):
    test_id: str
    description: str
    mode: Literal["traffic_split", "shadow", "disabled"]
    enabled: bool
    traffic_split: float
    control_model: str
    treatment_model: str
    control_version: str | None
    treatment_version: str | None
    generation: int
    created_at: str
    verdict: Verdict | None
    waits_for: str | None
    evaluated_at: str | None
    states: dict[GuardrailName, GuardrailState]
    ramp: RampOverview | None
    last_event: LastEvent | None
    replicas: ReplicasInStep
    attention: Literal["approval", "rolled_back", "ramp_paused", "breach", "guard_open"] | None


class TestOverview(_TestOverview, total=False):
    """How things stand with a test. `attention` is why it needs a person, None if it needs none.

    `problem` is there only if the row of the test cannot be read.
    """

    problem: str


# Realised outcomes


# a class cannot have a key that is a word of the language
_Range = TypedDict("_Range", {"from": "str | datetime", "to": "str | datetime"}, total=False)


class _Value(TypedDict):
    value: float


class Outcome(_Value, _Range, total=False):
    """What the market made of one request (`request_id`), or of a symbol's predictions in [`from`, `to`).

    `value` is a return as a fraction. A higher `revision` replaces what is known.
    """

    request_id: str
    symbol: str
    observed_at: str | datetime
    revision: int


class RejectedOutcome(TypedDict):
    """An outcome that was not taken. `index` is its place in the list, from 0."""

    index: int
    detail: str


class TakenOutcomes(TypedDict):
    """What came of a batch of outcomes. `waiting` of the accepted ones have no prediction yet."""

    accepted: int
    duplicates: int
    waiting: int
    rejected: list[RejectedOutcome]


class OutcomePoint(TypedDict):
    """What both models earned per decision in a block of time. It changes until it is `closed`."""

    time: str
    control: float | None
    treatment: float | None
    delta: float | None
    clipped_delta: float | None
    count: int
    coverage: float | None
    paired: bool
    closed: bool
    late_decisions: int
    late_outcomes: int


class OutcomeCurve(_OfTest):
    """What both models earned, block by block, oldest first."""

    test_id: str
    time_window_hours: int
    blocks: list[OutcomePoint]


# Models


class ModelOnReplica(TypedDict):
    """The state of a model on one replica."""

    replica: str
    digest: str | None
    state: Literal["loading", "loaded", "waiting", "failed", "switched"]
    detail: str | None


class Model(TypedDict):
    """A folder of the models directory."""

    name: str
    version: str | None
    parameters: int | None
    input_size: int | None
    actions: list[str] | None
    device: str
    loaded_at: str | None
    state: Literal["loaded", "stale", "failed", "withheld", "ignored"]
    reason: str | None
    digest: str | None
    batching: str | None
    note: str | None
    wanted: str | None
    replicas: list[ModelOnReplica]


class DryRunInput(TypedDict):
    """How a network takes its features: the shape of one row, and the type of its numbers."""

    shape: list[int]
    dtype: Literal["float32", "float64", "int32", "int64"]
    name: str | None


class DryRunOutput(TypedDict):
    """Which of a network's numbers are its scores."""

    kind: Literal["probabilities", "logits"]
    index: int | None
    name: str | None


class DryRun(TypedDict):
    """What a model answers to some features. `raw` are its own numbers, in the order of `actions`."""

    model: str
    model_version: str
    model_digest: str
    input: DryRunInput
    output: DryRunOutput
    actions: list[str]
    raw: list[float | None] | None
    problem: str | None
    action: str | None
    confidence: float | None
    action_probabilities: dict[str, float] | None
    latency_ms: float | None


class ReloadReplica(TypedDict):
    """A replica's state in one model of a reload."""

    replica: str
    model: str
    state: Literal["loading", "loaded", "waiting", "failed", "switched"]
    detail: str | None


class Reload(TypedDict):
    """A reload of the models, on all replicas."""

    reload_id: str
    state: Literal["loading", "switched", "failed"]
    actor: str
    started_at: str
    deadline: str
    switch_at: str | None
    detail: str | None
    models: list[str]
    replicas: list[ReloadReplica]


class Health(TypedDict):
    """The state of a replica, with its checks."""

    status: Literal["UP", "DOWN"]
    checks: list[dict[str, Any]]


class Sample(NamedTuple):
    """A sample of a metric."""

    name: str
    labels: dict[str, str]
    value: float

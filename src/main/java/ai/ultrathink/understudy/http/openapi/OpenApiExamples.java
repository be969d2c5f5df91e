package ai.ultrathink.understudy.http.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;

/** Example responses of each operation, for the OpenAPI document. */
final class OpenApiExamples {

    private static final String TEST = """
            {"test_id": "bull_v2_canary", "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2",
             "traffic_split": 0.05, "mode": "traffic_split", "enabled": true, "created_at": "2026-11-24T12:00:00Z",
             "description": "5% canary", "explicit": false, "generation": 1, "control_deadline_ms": null,
             "treatment_deadline_ms": null, "guardrails": {"alpha": 0.01,
              "agreement": {"limit": 0.85, "minimum_samples": 100, "action": "by_mode"},
              "p95_latency_delta_ms": {"limit": 10.0, "minimum_samples": 100, "action": "by_mode"},
              "confidence_delta": {"limit": 0.1, "minimum_samples": 100, "action": "by_mode"},
              "split_deviation": {"limit": 0.02, "minimum_samples": 100, "action": "by_mode"},
              "error_rate_delta": {"limit": 0.01, "minimum_samples": 100, "action": "by_mode"}},
             "pairs": 0.1, "control_digest": null, "treatment_digest": null, "on_model_change": "pause",
             "aa": false, "four_eyes": false, "symbols": null, "outcome": null,
             "control_version": "bull_specialist@1#5f3a9c0d1e2b", "treatment_version": "bull_specialist_v2@1#77c1d08a92fe",
             "promotion": null}""";

    private static final String INFERENCE_MODEL = "/v2/models/{model}";

    private static final String INFERENCE = """
            {"name": "bull_specialist", "versions": ["1"], "platform": "understudy_torchscript",
             "inputs": [{"name": "features", "datatype": "FP32", "shape": [-1, 43]}],
             "outputs": [{"name": "action_probabilities", "datatype": "FP32", "shape": [-1, 3]},
              {"name": "action", "datatype": "BYTES", "shape": [-1]}]}""";

    private static final String INFERENCE_READY = """
            {"name": "bull_specialist", "ready": true}""";

    private static final String OUTCOME_PLAN = """
            {"positions": {"BUY": 1.0, "HOLD": 0.0, "SELL": -1.0}, "cost": 0.0001, "clip": 0.05, "block": "P1D",
             "horizon": "P1D", "limit": -0.0005, "action": "alert", "promote": "not_worse", "alpha": 0.05}""";

    private static final String PLANNED_TEST = TEST.replace("\"outcome\": null", "\"outcome\": " + OUTCOME_PLAN);

    private static final String PROMOTION = """
            {"model": "bull_specialist", "serves": "bull_specialist_v2", "test_id": "bull_v2_canary",
             "since": "2026-11-24T13:00:00Z", "by": "ada", "approved_by": null, "override": null}""";

    private static final String RAMP =
            ramp("holding", "null", "[\"time: 2340 s of the 3600 s that step 2 of 5 (10%) lasts at least\"]");

    private static final String JUDGEMENT = """
            {"verdict": "roll_back", "reasons": ["agreement …"], "findings": [{"guardrail": {"measure": "agreement",
             "limit": 0.85, "minimum_samples": 100, "remedy": "roll_back"}, "state": "breached", "required": true,
             "alpha": 0.002, "samples": 1580, "minimum_samples": 1490, "minimum_to_pass": 5000, "estimate": 0.79,
             "lower": 0.74, "upper": 0.83, "log_e": 11.4, "reason": "…", "callers_doing": false}]}""";

    private static final String ARM = """
            {"avg_confidence": 0.47, "avg_latency_ms": 0.24, "stddev_latency_ms": 0.15, "p50_latency_ms": 0.19,
             "p95_latency_ms": 0.55, "p99_latency_ms": 0.93, "error_count": 0, "fallback_count": 0,
             "outcome_count": 1080, "mean_outcome": 0.0004, "hit_rate": 0.53, "outcome_coverage": 0.998}""";

    private static final String STATS = """
            {"test_id": "bull_v2_shadow", "time_window_hours": 24, "total_samples": 1080, "control_count": 0,
             "treatment_count": 0, "shadow_count": 1080, "control_model_versions": ["bull_specialist@1#0f3a9c1d2b7e"],
             "treatment_model_versions": ["bull_specialist_v2@2#51c07be4f9a3"], "metrics": {"control": %1$s, "treatment": %1$s,
             "comparison": {"agreement_rate": 0.95, "avg_confidence_delta": -0.009,
              "stddev_confidence_delta": 0.014, "avg_latency_delta_ms": 0.002, "p95_latency_delta_ms": -0.06, "mean_outcome_delta": -0.0001,
              "outcome_coverage": 0.998, "outcome_coverage_agreeing": 0.998, "outcome_coverage_disagreeing": 0.996,
              "late_outcomes": 3, "mean_outcome_delta_now": -0.0001}}}""".formatted(ARM);

    private static final String REPORT = """
            {"test": %s, "generated_at": "2026-11-24T13:00:00Z", "service_version": "0.1.0", "verdict": "keep_running",
             "reasons": ["error_rate_delta is undecided: 1,080 samples leave up to 0.0151"], "alpha": 0.01,
             "guardrails": [{"measure": "agreement", "state": "passed", "required": true, "action": "alert", "limit": 0.85,
               "minimum_samples": 1490, "minimum_samples_to_pass": 5000, "alpha": 0.002, "samples": 10800, "estimate": 0.95,
               "lower": 0.941, "upper": 0.958, "log_e": -3.1, "p_value": 1,
               "reason": "the interval lies within the limit"}],
             "outcomes": null,
             "figure_confidence": 0.95,
             "figures": [{"name": "mean_latency_delta_ms", "title": "difference of the mean latencies",
               "unit": "milliseconds", "expected": 0, "estimate": 0.002, "lower": -0.01, "upper": 0.02, "log_e": null,
               "p_value": null, "samples": 1080, "control_samples": 1080, "treatment_samples": 1080,
               "method": "of pairs"}],
             "phases": [{"generation": 1, "split": null, "control": "bull_specialist@1#0f3a9c1d2b7e",
               "treatment": "bull_specialist_v2@2#51c07be4f9a3", "control_requests": 0, "treatment_requests": 0,
               "shadow_requests": 1080, "pairs": 1080, "agreement_rate": 0.92, "judged": true}],
             "disagreements": [], "window": %s, "assumptions": ["Requests are independent of each other."]}""".formatted(TEST, STATS);

    private static final String MODEL = """
            {"name": "bull_specialist", "version": "1", "parameters": 110339, "input_size": 43, "actions": ["HOLD", "BUY", "SELL"], "device": "cpu",
             "loaded_at": "2026-11-24T12:00:00Z", "state": "loaded", "reason": null, "digest": "5f3a9c0d1e2b",
             "batching": "blocks of 64", "note": null, "wanted": "5f3a9c0d1e2b",
             "replicas": [{"replica": "understudy-0-4be1f0", "digest": "5f3a9c0d1e2b", "state": "switched", "detail": null}]}""";
    private static final String RELOAD = """
            {"reload_id": "01a20e94-7900-7f19-b0c1-c2954a5ada9d", "state": "loading", "actor": "ada",
             "started_at": "2026-11-24T12:00:00Z", "deadline": "2026-11-24T12:01:00Z", "switch_at": null, "detail": null,
             "models": ["bull_specialist@2#77c1d08a92fe"],
             "replicas": [{"replica": "understudy-0-4be1f0", "model": "bull_specialist", "state": "loaded", "detail": null},
                          {"replica": "understudy-1-9d0c2a", "model": "bull_specialist", "state": "loading", "detail": null}]}""";

    private static final String TESTS = "/api/v1/ab-test/";
    private static final String ONE = TESTS + "{test_id}";

    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("POST " + TESTS + "create", TEST),
            Map.entry("GET " + TESTS + "list", "[" + TEST + "]"),
            Map.entry("GET " + ONE, TEST),
            Map.entry(
                    "POST " + ONE + "/update-split",
                    "{\"test_id\": \"bull_v2_canary\", \"traffic_split\": 0.10, \"status\": \"updated\"}"),
            Map.entry(
                    "PUT " + ONE + "/symbols", TEST.replace("\"symbols\": null", "\"symbols\": [\"SPX\", \"BTC-*\"]")),
            Map.entry("POST " + ONE + "/disable", status("disabled")),
            Map.entry("POST " + ONE + "/enable", status("enabled")),
            Map.entry("POST " + ONE + "/flush", status("flushed")),
            Map.entry("POST " + ONE + "/promote", status("promoted")),
            Map.entry("DELETE " + ONE + "/promote", status("promotion_reverted")),
            Map.entry("GET /api/v1/overview", """
                    [{"test_id": "bull_v2_ramp", "description": "5% canary", "mode": "traffic_split", "enabled": true,
                      "traffic_split": 0.1, "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2",
                      "control_version": "bull_specialist@1#5f3a9c0d1e2b", "treatment_version": "bull_specialist_v2@1#77c1d08a92fe",
                      "generation": 3, "created_at": "2026-11-24T12:00:00Z", "verdict": "keep_running",
                      "waits_for": "error_rate_delta is undecided: 1,080 samples leave up to 0.0151",
                      "evaluated_at": "2026-11-24T13:20:40Z", "states": {"agreement": "passed", "confidence_delta": "passed",
                       "error_rate_delta": "undecided", "p95_latency_delta_ms": "passed", "split_deviation": "passed"},
                      "ramp": {"state": "awaiting_approval", "step": 2, "steps": 5,
                       "waits_for": ["a person's approval, with POST /api/v1/ab-test/bull_v2_ramp/ramp/approve"]},
                      "last_event": {"time": "2026-11-24T13:20:00Z", "action": "ramp_awaiting_approval", "actor": "ramp"},
                      "replicas": {"alive": 3, "at_generation": 3}, "attention": "approval"}]"""),
            Map.entry("GET /api/v1/promotions", "[" + PROMOTION + "]"),
            Map.entry("GET " + ONE + "/events", """
                    [{"event_id": 7, "time": "2026-11-24T12:00:00Z", "test_id": "bull_v2_canary", "actor": "ada",
                      "action": "split_updated", "from": {"traffic_split": 0.05}, "to": {"traffic_split": 0.10},
                      "generation": 2, "reason": null, "evidence": null, "approved_by": null, "approval_id": null,
                      "position": 7,
                      "previous_hash": "9f2c0f7f5e0c5b7a4a2c9f5f1d5b8b0c3e7a6d1f2b4c8e9a0d3f5b7c1e2a4d6f",
                      "hash": "3b1d5c7e9f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d0e2f3a5b7c9d1e3f4a6b8c"}]"""),
            Map.entry("GET /api/v1/approvals", "[" + approval("pending", "null", "null", "null") + "]"),
            Map.entry("GET /api/v1/approvals/{approval_id}", reported("pending", "null", "null", "null")),
            Map.entry(
                    "POST /api/v1/approvals/{approval_id}/approve",
                    reported("approved", "\"carol\"", "\"2026-11-24T13:40:00Z\"", "null")),
            Map.entry(
                    "POST /api/v1/approvals/{approval_id}/reject",
                    reported(
                            "rejected",
                            "\"carol\"",
                            "\"2026-11-24T13:40:00Z\"",
                            "\"the evidence is from one calm week\"")),
            Map.entry("GET /api/v1/identity", """
                    {"name": null, "roles": ["caller", "viewer", "operator", "approver", "admin"], "warning": null}"""),
            Map.entry("GET /v2", """
                    {"name": "understudy", "version": "0.1.0", "extensions": ["binary_tensor_data"]}"""),
            Map.entry("GET /v2/health/live", "{\"live\": true}"),
            Map.entry("GET /v2/health/ready", "{\"ready\": true}"),
            Map.entry("GET " + INFERENCE_MODEL, INFERENCE),
            Map.entry("GET " + INFERENCE_MODEL + "/versions/{version}", INFERENCE),
            Map.entry("GET " + INFERENCE_MODEL + "/ready", INFERENCE_READY),
            Map.entry("GET " + INFERENCE_MODEL + "/versions/{version}/ready", INFERENCE_READY),
            Map.entry("GET /api/v1/audit/verify", """
                    {"intact": true, "events": 812, "removed": 0,
                     "head": "3b1d5c7e9f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d0e2f3a5b7c9d1e3f4a6b8c",
                     "first_broken": null, "detail": null}"""),
            Map.entry("PUT " + ONE + "/guardrails", TEST),
            Map.entry("PUT " + ONE + "/outcome", PLANNED_TEST),
            Map.entry("GET " + ONE + "/outcome", OUTCOME_PLAN),
            Map.entry("POST /api/v1/outcomes", """
                    {"accepted": 2, "duplicates": 0, "waiting": 1, "rejected": [{"index": 2,
                      "detail": "outcomes[2].value: got NaN; allowed: a number from -1000000 to 1000000, a return as a fraction"}]}"""),
            Map.entry("POST " + ONE + "/guardrails/{guardrail}/clear", status("guardrail_cleared")),
            Map.entry("GET " + ONE + "/events/{event_id}/replay", """
                    {"event_id": 9, "follows": true, "differences": [], "recorded": %1$s, "recomputed": %1$s}""".formatted(JUDGEMENT)),
            Map.entry("POST " + ONE + "/ramp", RAMP),
            Map.entry("GET " + ONE + "/ramp", RAMP),
            Map.entry(
                    "POST " + ONE + "/ramp/pause",
                    ramp(
                            "paused",
                            "\"by ada\"",
                            "[\"a person to resume it, with POST /api/v1/ab-test/bull_v2_ramp/ramp/resume\"]")),
            Map.entry("POST " + ONE + "/ramp/resume", RAMP),
            Map.entry("POST " + ONE + "/ramp/approve", RAMP),
            Map.entry("POST " + ONE + "/ramp/abort", ramp("aborted", "\"by ada\"", "[]")),
            Map.entry("GET " + ONE + "/stats", STATS),
            Map.entry("GET " + ONE + "/report", REPORT),
            Map.entry("GET " + ONE + "/history", """
                    {"test_id": "bull_v2_shadow", "points": [{"time": "2026-11-24T12:00:00Z", "generation": 1,
                      "verdict": "keep_running", "reasons": ["error_rate_delta is undecided: 1,080 samples leave up to 0.0151"],
                      "guardrails": [{"measure": "agreement", "state": "passed", "limit": 0.85, "samples": 10800,
                       "estimate": 0.95, "lower": 0.941, "upper": 0.958, "log_e": -3.1, "threshold": 6.2}]}]}"""),
            Map.entry("GET " + ONE + "/actions", """
                    {"test_id": "bull_v2_shadow", "time_window_hours": 24,
                     "control": {"HOLD": 322, "BUY": 405, "SELL": 353}, "treatment": {"HOLD": 300, "BUY": 445, "SELL": 335},
                     "matrix": {"HOLD": {"HOLD": 298, "BUY": 14, "SELL": 10}, "BUY": {"HOLD": 0, "BUY": 404, "SELL": 1},
                      "SELL": {"HOLD": 2, "BUY": 27, "SELL": 324}}}"""),
            Map.entry("GET " + ONE + "/disagreements", """
                    {"test_id": "bull_v2_shadow", "next": null, "disagreements": [
                      {"row_id": "01a20e94-7900-7f19-b0c1-c2954a5ada9d", "time": "2026-11-24T12:00:00Z", "request_id": "r-1",
                       "unit_id": "r-1", "symbol": "SPX", "generation": 1, "assigned_group": "shadow", "control_action": "HOLD",
                       "control_confidence": 0.37, "treatment_action": "BUY", "treatment_confidence": 0.38,
                       "confidence_delta": 0.01, "latency_delta_ms": 0.03}]}"""),
            Map.entry("GET " + ONE + "/outcomes", """
                    {"test_id": "bull_v2_shadow", "time_window_hours": 24, "blocks": [
                      {"time": "2026-11-24T00:00:00Z", "control": 0.0012, "treatment": 0.0009, "delta": -0.0003,
                       "clipped_delta": -0.0003, "count": 1080, "coverage": 0.998, "paired": true, "closed": true,
                       "late_decisions": 0, "late_outcomes": 3, "clipped_delta_now": -0.0002}]}"""),
            Map.entry("GET " + ONE + "/verify-split", """
                    {"test_id": "bull_v2_canary", "time_window_hours": 1, "expected_split": 0.2, "actual_split": 0.1981,
                     "delta": -0.0019, "within_tolerance": true, "sample_size": 10800}"""),
            Map.entry("GET /api/v1/models", "[" + MODEL + "]"),
            Map.entry("POST /api/v1/models/reload", "[" + MODEL + "]"),
            Map.entry("GET /api/v1/models/reloads/{reload_id}", RELOAD),
            Map.entry("POST /api/v1/models/{name}/dry-run", """
                    {"model": "bull_specialist", "model_version": "1", "model_digest": "5f3a9c0d1e2b",
                     "input": {"shape": [43], "dtype": "float32", "name": null},
                     "output": {"kind": "probabilities", "index": null, "name": null},
                     "actions": ["HOLD", "BUY", "SELL"], "raw": [0.2, 0.71, 0.09], "problem": null,
                     "action": "BUY", "confidence": 0.71, "action_probabilities": {"HOLD": 0.2, "BUY": 0.71, "SELL": 0.09},
                     "latency_ms": 0.05}"""),
            Map.entry("POST /api/v1/predict/explain", """
                    {"unit_id": "account-17", "model": "bull_specialist", "model_version": "bull_specialist@1#0f3a9c1d2b7e",
                     "treatment_version": "bull_specialist_v2@2#51c07be4f9a3", "test_id": "bull_v2_canary", "reason": null,
                     "assigned_group": "control", "bucket": 2412097391, "threshold": 214748364, "generation": 1,
                     "hash_version": 1}"""));

    private OpenApiExamples() {}

    static Optional<Object> of(HttpMethod method, String path) {
        return Optional.ofNullable(EXAMPLES.get(method + " " + path)).map(OpenApiExamples::parse);
    }

    private static String ramp(String state, String reason, String waitsFor) {
        return """
            {"test_id": "bull_v2_ramp", "state": "%s", "step": 2, "traffic_split": 0.1,
             "since": "2026-11-24T13:00:00Z", "held_seconds": 1260, "reason": %s, "waits_for": %s,
             "plan": {"steps": [0.05, 0.1, 0.25, 0.5, 1.0], "hold_seconds": 3600, "minimum_samples": 1000,
              "approval": "auto", "rehearse": true, "rehearse_seconds": null}}""".formatted(state, reason, waitsFor);
    }

    private static String approval(String state, String decidedBy, String decidedAt, String reason) {
        return """
                {"approval_id": "0b8fd3e4-6a70-4a7e-9d0a-5c1f2e3d4bc1", "what": "promote", "test_id": "bull_v2_canary",
                 "generation": 3, "requested_by": "bob", "requested_at": "2026-11-24T13:00:00Z",
                 "expires_at": "2026-11-25T13:00:00Z", "state": "%s", "arguments": {"override": "a fault of control's"},
                 "content_hash": "3b1d5c7e9f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d0e2f3a5b7c9d1e3f4a6b8c", "decided_by": %s,
                 "decided_at": %s, "reason": %s}""".formatted(state, decidedBy, decidedAt, reason);
    }

    /** With the report on the test as it was when it was asked for. */
    private static String reported(String state, String decidedBy, String decidedAt, String reason) {
        String approval = approval(state, decidedBy, decidedAt, reason);
        return approval.substring(0, approval.length() - 1) + ", \"report\": " + REPORT + "}";
    }

    private static String status(String status) {
        return "{\"test_id\": \"bull_v2_canary\", \"status\": \"" + status + "\"}";
    }

    private static Object parse(String json) {
        try {
            return new JsonMapper().readValue(json, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an example is not JSON: " + json, e);
        }
    }
}

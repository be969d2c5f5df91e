package ai.ultrathink.understudy.analysis.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvidenceBuilder;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {

    private static final Instant CREATED = Instant.parse("2026-11-26T12:00:00Z");
    private static final WindowStatistics.Arm EMPTY =
            new WindowStatistics.Arm(null, null, null, null, null, null, 0, 0, 0, null, null, null);

    @Test
    void the_document_is_the_one_that_was_read_and_found_good() throws IOException {
        assertEquals(golden(), MarkdownReport.render(shadow("made by the demonstration"), Mode.SHADOW, null));
    }

    @Test
    void text_from_outside_stays_text() {
        String document =
                MarkdownReport.render(shadow("a | b\n# not a title <img src=x> `code` [link](x)"), Mode.SHADOW, null);

        assertTrue(document.contains("a \\| b \\# not a title \\<img src=x\\> \\`code\\` \\[link\\](x)\n"), document);
        assertFalse(document.contains("\n# not"), document);
    }

    @Test
    void what_there_is_no_data_for_is_a_dash() {
        ExperimentReport report = report(
                shadowTest(""),
                new Evaluation(
                        Verdict.INSUFFICIENT_DATA,
                        List.of("nothing was seen yet"),
                        GuardrailMetric.OF_EVERY_EXPERIMENT.stream()
                                .map(metric -> finding(metric, GuardrailState.UNDECIDED, 0, null, null, null, null))
                                .toList()),
                List.of(),
                new WindowStatistics(
                        "bull_v3",
                        24,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        new WindowStatistics.Metrics(
                                EMPTY,
                                EMPTY,
                                new WindowStatistics.Comparison(
                                        null, null, null, null, null, null, null, null, null, 0, null))),
                List.of());

        String document = MarkdownReport.render(report, Mode.SHADOW, null);

        assertTrue(document.startsWith("# bull_v3: insufficient data\n"), document);
        assertTrue(
                document.lines()
                        .anyMatch(line -> line.matches("\\| agreement +\\| undecided \\| yes +\\| alert +\\| +0.85"
                                + " \\| +– \\| +– \\| +– \\| +0 \\| +1,490 \\| +5,000 \\|")),
                document);
        assertFalse(document.contains("null") || document.contains("NaN"), document);
        assertFalse(document.contains("disagreements"), document);
    }

    private static ExperimentReport shadow(String description) {
        WindowStatistics.Arm control =
                new WindowStatistics.Arm(0.4712, 0.2301, 0.15, 0.1921, 0.5334, 1.0102, 0, 0, 0, null, null, null);
        WindowStatistics.Arm treatment =
                new WindowStatistics.Arm(0.4174, 0.2202, 0.14, 0.1884, 0.502, 12.6, 3, 0, 0, null, null, null);
        return report(
                shadowTest(description),
                new Evaluation(
                        Verdict.ROLL_BACK,
                        List.of("a reason of agreement"),
                        List.of(
                                finding(
                                        GuardrailMetric.AGREEMENT,
                                        GuardrailState.BREACHED,
                                        2160,
                                        0.7064814814,
                                        0.664,
                                        0.7461,
                                        81.25),
                                finding(
                                        GuardrailMetric.P95_LATENCY_DELTA_MS,
                                        GuardrailState.PASSED,
                                        1080,
                                        -0.0314,
                                        -0.2,
                                        0.19,
                                        0.0),
                                finding(
                                        GuardrailMetric.CONFIDENCE_DELTA,
                                        GuardrailState.PASSED,
                                        1080,
                                        -0.0538,
                                        -0.061,
                                        -0.047,
                                        null),
                                finding(
                                        GuardrailMetric.SPLIT_DEVIATION,
                                        GuardrailState.UNDECIDED,
                                        0,
                                        null,
                                        null,
                                        null,
                                        null),
                                finding(
                                        GuardrailMetric.ERROR_RATE_DELTA,
                                        GuardrailState.UNDECIDED,
                                        1080,
                                        0.00278,
                                        -0.004,
                                        0.0151,
                                        1.2))),
                List.of(
                        new ReportMetric(
                                "noise_agreement",
                                "agreement of control with itself",
                                ReportMetric.Unit.FRACTION,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                0,
                                null,
                                null,
                                "of the requests that were put to control twice"),
                        new ReportMetric(
                                "mean_latency_delta_ms",
                                "difference of the mean latencies",
                                ReportMetric.Unit.MILLISECONDS,
                                0.0,
                                -0.00991234,
                                -0.0301,
                                1.2e-5,
                                -0.5,
                                1.0,
                                20,
                                10L,
                                10L,
                                "of means of a minute")),
                new WindowStatistics(
                        "bull_v3",
                        24,
                        1080,
                        0,
                        0,
                        1080,
                        List.of("bull_specialist@1#c0ffee000001"),
                        List.of("bull_specialist_degraded@1#c0ffee000002"),
                        new WindowStatistics.Metrics(
                                control,
                                treatment,
                                new WindowStatistics.Comparison(
                                        0.7065, -0.0538, 0.06, -0.0099, -0.0314, null, null, null, null, 0, null))),
                List.of(new Disagreement(
                        UUID.fromString("01a20e94-7900-7f19-b0c1-c2954a5ada9d"),
                        CREATED.plusSeconds(60),
                        "2020-02-13",
                        "2020-02-13",
                        "SPX",
                        1,
                        "shadow",
                        "HOLD",
                        0.372222,
                        "BUY",
                        0.384,
                        0.0118,
                        0.03)));
    }

    private static Experiment shadowTest(String description) {
        return new Experiment(
                "bull_v3",
                "bull_specialist",
                "bull_specialist_degraded",
                new Split(0.05),
                Mode.SHADOW,
                false,
                false,
                description,
                CREATED,
                2,
                null,
                null,
                Guardrails.USUAL);
    }

    @Test
    void versions_that_decide_nothing_any_more_are_shown_as_such() {
        String document = document(
                "bull_specialist",
                EvidenceBuilder.shadow(1)
                        .shadows(900)
                        .pairs(900, 828, 0)
                        .of("c1", "t1")
                        .evidence(),
                EvidenceBuilder.split(2, 0.1)
                        .rows(90, 10)
                        .pairs(10, 6, 0)
                        .of("c1", "t2")
                        .evidence());

        assertTrue(
                document.contains(
                        "| 1          | shadow | `bull@1#c1` | `bull_v2@1#t1` |      900 |   900 |      0.92 |        no |"),
                document);
        assertTrue(
                document.contains(
                        "| 2          | 0.1    | `bull@1#c1` | `bull_v2@1#t2` |      100 |    10 |       0.6 |       yes |"),
                document);
    }

    @Test
    void the_head_names_the_one_version_of_a_model_that_was_seen_and_says_where_there_were_several() {
        String one = document(
                "bull", EvidenceBuilder.shadow(1).shadows(900).of("c1", "t1").evidence());
        String several = document(
                "bull",
                EvidenceBuilder.shadow(1).shadows(900).of("c1", "t1").evidence(),
                EvidenceBuilder.shadow(2).shadows(900).of("c1", "t2").evidence());
        String promoted = document(
                "bull_of_old",
                EvidenceBuilder.shadow(1).shadows(900).of("c1", "t1").evidence());

        assertTrue(one.contains("| treatment  | `bull_v2@1#t1` "), one);
        assertTrue(one.contains("| control    | `bull@1#c1` "), one);
        assertTrue(several.contains("| treatment  | `bull_v2`, several versions, see phases |"), several);
        assertTrue(several.contains("| control    | `bull@1#c1` "), several);
        assertTrue(promoted.contains("| control    | `bull_of_old`, answered by `bull@1#c1` |"), promoted);
    }

    @Test
    void what_was_stored_before_digests_were_is_no_other_version_in_the_head() {
        String known = document(
                "bull",
                EvidenceBuilder.shadow(1).shadows(900).evidence(),
                EvidenceBuilder.shadow(2).shadows(900).withoutDigests().evidence(),
                EvidenceBuilder.shadow(3).shadows(900).of("c1", "t1").evidence());
        String unknown = document("bull", EvidenceBuilder.shadow(1).shadows(900).evidence());

        assertTrue(known.contains("| treatment  | `bull_v2@1#t1` "), known);
        assertTrue(known.contains("| control    | `bull@1#c1` "), known);
        assertTrue(unknown.lines().anyMatch(line -> line.matches("\\| control +\\| `bull` +\\|")), unknown);
        assertTrue(unknown.lines().anyMatch(line -> line.matches("\\| treatment +\\| `bull_v2` +\\|")), unknown);
    }

    private static String document(String control, GenerationEvidence... evidence) {
        Experiment experiment = new Experiment(
                "bull_v3",
                control,
                "bull_v2",
                new Split(0.05),
                Mode.SHADOW,
                false,
                false,
                "",
                CREATED,
                2,
                null,
                null,
                Guardrails.USUAL);
        ExperimentReport report = new ExperimentReport(
                experiment,
                CREATED,
                "0.1.0",
                new Evaluation(Verdict.INSUFFICIENT_DATA, List.of("nothing was seen yet"), List.of()),
                null,
                new ReportMetrics(0.95, List.of()),
                ReportPhase.of(List.of(evidence)),
                new WindowStatistics(
                        "bull_v3",
                        24,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        new WindowStatistics.Metrics(
                                EMPTY,
                                EMPTY,
                                new WindowStatistics.Comparison(
                                        null, null, null, null, null, null, null, null, null, 0, null))),
                List.of());
        return MarkdownReport.render(report, Mode.SHADOW, null);
    }

    private static ExperimentReport report(
            Experiment experiment,
            Evaluation evaluation,
            List<ReportMetric> figures,
            WindowStatistics window,
            List<Disagreement> disagreements) {
        return new ExperimentReport(
                experiment,
                CREATED.plusSeconds(3600),
                "0.1.0",
                evaluation,
                null,
                new ReportMetrics(0.95, figures),
                List.of(),
                window,
                disagreements);
    }

    private static GuardrailResult finding(
            GuardrailMetric metric,
            GuardrailState state,
            long samples,
            @Nullable Double estimate,
            @Nullable Double lower,
            @Nullable Double upper,
            @Nullable Double logE) {
        Guardrail guardrail = Guardrails.USUAL.of(metric);
        boolean more = metric == GuardrailMetric.AGREEMENT;
        return new GuardrailResult(
                guardrail,
                state,
                metric != GuardrailMetric.SPLIT_DEVIATION,
                Guardrails.USUAL.share(),
                samples,
                more ? 1_490 : guardrail.minimumSamples(),
                more ? 5_000 : guardrail.minimumSamples(),
                estimate,
                lower,
                upper,
                logE,
                "a reason of " + metric.wireName(),
                false);
    }

    private static String golden() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                MarkdownReportTest.class.getResourceAsStream("/reports/shadow.md"), "reports/shadow.md")) {
            return new String(file.readAllBytes(), UTF_8);
        }
    }
}

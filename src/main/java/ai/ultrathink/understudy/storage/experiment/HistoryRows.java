package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.evidence.EvaluationSnapshot;
import ai.ultrathink.understudy.evidence.HistoryPoint;
import ai.ultrathink.understudy.storage.json.HistoryJson;
import io.vertx.mutiny.sqlclient.Row;

/** A point of a history as a row of {@code ab_test_history}. */
final class HistoryRows {

    static final String COLUMNS = "time, generation, verdict, reasons, guardrails, ramp_waits_for";

    private HistoryRows() {}

    static HistoryPoint read(Row row) {
        return new HistoryPoint(
                row.getOffsetDateTime("time").toInstant(),
                new EvaluationSnapshot(
                        row.getLong("generation"),
                        row.getString("verdict"),
                        HistoryJson.sentences(row.getJsonArray("reasons")),
                        HistoryJson.read(row.getJsonArray("guardrails")),
                        HistoryJson.sentencesOrNull(row.getJsonArray("ramp_waits_for"))));
    }
}

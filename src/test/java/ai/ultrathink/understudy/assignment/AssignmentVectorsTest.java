package ai.ultrathink.understudy.assignment;

import static ai.ultrathink.understudy.testkit.VectorFile.count;
import static ai.ultrathink.understudy.testkit.VectorFile.number;
import static ai.ultrathink.understudy.testkit.VectorFile.text;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.testkit.VectorFile;
import com.dynatrace.hash4j.hashing.Hashing;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published vectors hold for this code, and their rule, computed another way, gives the published vectors. */
class AssignmentVectorsTest {

    private static final VectorFile FILE = VectorFile.read("assignment.json");

    record Row(String testId, String unitId, long bucket, double split, long threshold, String group) {}

    @ParameterizedTest
    @MethodSource("rows")
    void a_published_row_is_what_the_service_computes(Row row) {
        Split split = new Split(row.split());
        assertAll(
                () -> assertEquals(row.bucket(), Assignment.bucket(row.testId(), row.unitId())),
                () -> assertEquals(row.threshold(), split.threshold()),
                () -> assertEquals(
                        row.group(),
                        Assignment.assign(row.testId(), row.unitId(), split).wireName()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void the_published_rule_computed_byte_by_byte_gives_the_published_row(Row row) {
        long bucket = ruleOf(row.testId(), row.unitId());
        long threshold = new BigDecimal(row.split())
                .multiply(BigDecimal.valueOf(1L << 32))
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        assertAll(
                () -> assertEquals(row.bucket(), bucket),
                () -> assertEquals(row.threshold(), threshold),
                () -> assertEquals(row.group(), bucket < threshold ? "treatment" : "control"));
    }

    @Test
    void the_file_is_of_the_version_that_the_code_implements() {
        assertEquals(Assignment.VERSION, FILE.get("version").asInt());
        assertTrue(FILE.get("hash").asText().startsWith("XXH3-64, seed 0"));
    }

    @Test
    void the_rows_reach_both_groups_and_both_encodings() {
        List<Row> rows = rows().toList();

        assertEquals(352, rows.size());
        assertTrue(rows.stream().anyMatch(row -> row.group().equals("control")));
        assertTrue(rows.stream().anyMatch(row -> row.group().equals("treatment")));
        assertTrue(rows.stream().anyMatch(row -> row.unitId().chars().anyMatch(c -> c > 0x7f)));
    }

    /** Streams single bytes, where the service hashes one array. */
    static long ruleOf(String testId, String unitId) {
        var stream = Hashing.xxh3_64(0).hashStream();
        for (byte b : testId.getBytes(StandardCharsets.UTF_8)) {
            stream.putByte(b);
        }
        stream.putByte((byte) 0);
        for (byte b : unitId.getBytes(StandardCharsets.UTF_8)) {
            stream.putByte(b);
        }
        return Long.divideUnsigned(stream.getAsLong(), 1L << 32);
    }

    static Stream<Row> rows() {
        return FILE.rows("rows")
                .map(row -> new Row(
                        text(row, "test_id"),
                        text(row, "unit_id"),
                        count(row, "bucket"),
                        number(row, "split"),
                        count(row, "threshold"),
                        text(row, "group")));
    }
}

package ai.ultrathink.understudy.storage.results;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.pgclient.PgException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultStoreTest {

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22021", "23502", "23514", "54000"})
    void values_that_the_database_will_never_have_are_the_rows_fault(String sqlState) {
        assertTrue(ResultStore.isOfTheRows(new PgException("refused", "ERROR", sqlState, "")));
    }

    // password changed, database gone, rights taken, column missing, serialization, deadlock, read-only, disk full, bug
    @ParameterizedTest
    @ValueSource(
            strings = {"28P01", "3D000", "42501", "42703", "40001", "40P01", "25006", "53100", "57P01", "58030", "XX000"
            })
    void what_somebody_can_mend_or_passes_by_itself_costs_no_row(String sqlState) {
        assertFalse(ResultStore.isOfTheRows(new PgException("refused", "FATAL", sqlState, "")));
    }
}

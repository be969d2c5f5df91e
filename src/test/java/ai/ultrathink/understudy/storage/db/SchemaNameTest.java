package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Understudy",
                "under study",
                "1st",
                "a-b",
                "a.b",
                "a\"b",
                "a;drop schema public",
                "pg_catalog",
                "pg_temp_1",
                "information_schema",
                "_timescaledb_internal",
                "timescaledb_information",
                "schéma",
                "a23456789_123456789_123456789_123456789_12345678"
            })
    void any_other_name_is_refused_in_one_line(String name) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> new SchemaName(name))
                .getMessage());

        assertTrue(message.startsWith("DATABASE_SCHEMA: got \"" + name + "\"; allowed: "), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void public_keeps_the_channel_and_the_lock_of_earlier_releases() {
        assertEquals("ab_test_changes", SchemaName.PUBLIC.channel());
        assertEquals(0x756E_6472_7374_6479L, SchemaName.PUBLIC.lock());
    }

    @Test
    void schemas_have_channels_and_locks_of_their_own() {
        SchemaName one = new SchemaName("one");
        SchemaName order = new SchemaName("order");

        assertEquals("ab_test_changes_order", order.channel());
        assertNotEquals(one.lock(), order.lock());
        assertNotEquals(SchemaName.PUBLIC.lock(), one.lock());
    }
}

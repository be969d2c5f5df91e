package ai.ultrathink.understudy.storage.db;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Name of the service's schema, so that several installations can share a database. It distinguishes objects that
 * PostgreSQL names per database, such as notification channels and advisory locks.
 *
 * @param value the name in PostgreSQL
 */
public record SchemaName(String value) {

    static final String ALLOWED =
            "1 to 47 of a-z, 0-9 and _, not beginning with a digit, and none of PostgreSQL's own or TimescaleDB's schemas";

    // the longest that leaves room for the channel's name in PostgreSQL's 63 bytes
    private static final Pattern WELL_FORMED = Pattern.compile("[a-z_][a-z0-9_]{0,46}");
    private static final Pattern RESERVED = Pattern.compile("pg_.*|information_schema|_?timescaledb_.*");

    // replicas of the first edition listen to this one in the schema public
    private static final String CHANNEL = "ab_test_changes";

    // locks are numbers, per database; this one is "undrstdy" in ASCII
    private static final long LOCK = 0x756E_6472_7374_6479L;

    /** The schema when none is configured. */
    static final SchemaName PUBLIC = new SchemaName("public");

    public SchemaName {
        if (!isAllowed(value)) {
            throw new IllegalArgumentException("DATABASE_SCHEMA: got \"" + value + "\"; allowed: " + ALLOWED);
        }
    }

    static boolean isAllowed(String name) {
        return WELL_FORMED.matcher(name).matches() && !RESERVED.matcher(name).matches();
    }

    static SchemaName of(StorageConfig config) {
        return config.schema().map(SchemaName::new).orElse(PUBLIC);
    }

    /** The channel on which changes to this schema's experiments are announced. */
    String channel() {
        return equals(PUBLIC) ? CHANNEL : CHANNEL + "_" + value;
    }

    /** The number of the advisory lock of the leader among this schema's replicas. */
    long lock() {
        if (equals(PUBLIC)) {
            return LOCK;
        }
        CRC32 hash = new CRC32();
        hash.update(value.getBytes(StandardCharsets.US_ASCII));
        return LOCK ^ hash.getValue();
    }

    /** The quoted name for statements, because it may be an SQL keyword. */
    public String quoted() {
        return '"' + value + '"';
    }

    @Override
    public String toString() {
        return value;
    }
}

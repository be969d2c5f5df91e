package ai.ultrathink.understudy.embedded;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The password of the embedded PostgreSQL, made once and kept beside its data in a file that only the service's user may read.
 * Without it every user of the machine could connect as the superuser, who may run programs as the service's user.
 *
 * @param file which holds it
 * @param text 64 hexadecimal digits
 * @param made whether it was made now
 */
record PostgresPassword(Path file, String text, boolean made) {

    private static final String FILE = "postgres-password";
    private static final int BYTES = 32;
    private static final String RULES_FILE = "pg_hba.conf";
    private static final String RULES = """
            # written by Understudy: who connects needs the password
            local all         all              scram-sha-256
            host  all         all 127.0.0.1/32 scram-sha-256
            host  all         all ::1/128      scram-sha-256
            local replication all              reject
            """;

    private static final int SET_WITHIN_SECONDS = 60;

    /** Reads the password, or makes one. */
    static PostgresPassword of(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(FILE).toAbsolutePath();
        boolean make = !Files.exists(file);
        if (make) {
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            Path written = Files.createTempFile(
                    file.getParent(),
                    FILE,
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, HexFormat.of().formatHex(random), StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        }
        String text = Files.readString(file).strip();
        if (!text.matches("[0-9a-f]{64}")) {
            throw new IOException(
                    file + " does not hold 64 hexadecimal digits; restore it, or delete it to get a new password");
        }
        return new PostgresPassword(file, text, make);
    }

    /**
     * Sets the password in data of earlier runs that have none, as earlier releases left them, or another. PostgreSQL must not
     * run; so it is never reachable without a password.
     *
     * @param data of PostgreSQL
     * @param programs where PostgreSQL is unpacked
     */
    void enforce(Path data, Path programs) {
        try {
            Path rules = data.resolve(RULES_FILE);
            if (!made && !trusts(rules)) {
                return;
            }
            set(data, programs);
            // after the password: where it is not set, the next start tries again
            Files.writeString(rules, RULES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean trusts(Path rules) throws IOException {
        return Files.readAllLines(rules).stream()
                .map(String::strip)
                .anyMatch(line -> !line.startsWith("#") && line.endsWith("trust"));
    }

    /** By PostgreSQL's mode for a single user, which listens nowhere and needs no password. */
    private void set(Path data, Path programs) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // as the starter does: PostgreSQL does not run as root
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(program(programs).toString());
        command.addAll(List.of("--single", "-D", data.toString()));
        // it would go on after a statement that fails, and end as if the password were set
        command.addAll(List.of("-c", "exit_on_error=on", "postgres"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Writer statements = process.outputWriter()) {
            // a line is a statement; not an argument, which others could see
            statements.write("alter role postgres password '" + text + "'\n");
        }
        try {
            if (!process.waitFor(SET_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("its password is not set after " + SET_WITHIN_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("its password cannot be set: postgres --single ends with " + process.exitValue());
        }
    }

    private static Path program(Path programs) throws IOException {
        try (Stream<Path> files = Files.walk(programs)) {
            return files.filter(file -> file.endsWith(Path.of("bin", "postgres")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no program bin/postgres in " + programs));
        }
    }
}

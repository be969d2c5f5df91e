package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Under which something is measured. */
public final class Circumstances {

    private Circumstances() {}

    /** Date, version of the sources, machine and Java: "on 2026-11-24 at 351f72c, on 2 cores of AMD EPYC, Java 25". */
    public static String now() throws IOException, InterruptedException {
        return "on %s at %s, on %d cores of %s, Java %d"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        output("git", "describe", "--always", "--dirty"),
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Runtime.version().feature());
    }

    /** The processor's name. */
    public static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("an unknown processor");
    }

    /** What a command prints. */
    public static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.strip();
    }
}

package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What it was measured on. */
final class Machine {

    private Machine() {}

    static String processor() throws IOException {
        return Runtime.getRuntime().availableProcessors() + " × "
                + field("/proc/cpuinfo", "model name").orElse("unknown");
    }

    static String memory() throws IOException {
        long kib = field("/proc/meminfo", "MemTotal")
                .map(text -> Long.parseLong(text.replaceAll("[^0-9]", "")))
                .orElse(0L);
        return "%.0f GiB".formatted(kib / 1024.0 / 1024.0);
    }

    static String kernel() throws IOException, InterruptedException {
        return output("uname", "-sr");
    }

    static String jdk() {
        return System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + " ("
                + System.getProperty("java.vm.version") + ")";
    }

    /** Processes that wanted to run in the last minute: well above 0 before the start means that somebody else was there. */
    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    }

    static String commit() throws IOException, InterruptedException {
        return output("git", "describe", "--always", "--dirty", "--exclude=*");
    }

    static String wrk() throws IOException, InterruptedException {
        return output("wrk", "-v").replaceAll("(?s) \\[.*", "");
    }

    static String libtorch() throws IOException {
        return Files.readString(Path.of("pom.xml"))
                .replaceAll("(?s).*<libtorch.version>(.*?)</libtorch.version>.*", "$1");
    }

    /** The versions that the peer runs with, such as {@code torch 2.13.0}. */
    static String packages(Path python) throws IOException, InterruptedException {
        return output(python.toString(), "-c", """
                import platform
                from importlib.metadata import version
                print('Python', platform.python_version(), *(f', {p} {version(p)}' for p in
                      ('torch', 'fastapi', 'pydantic', 'uvicorn', 'uvloop', 'httptools', 'asyncpg')), sep=' ')""").replace(" ,", ",");
    }

    private static Optional<String> field(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }
}

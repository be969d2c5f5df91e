package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.Circumstances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What it was measured on. */
final class Machine {

    private Machine() {}

    static String processor() throws IOException {
        return Runtime.getRuntime().availableProcessors() + " × " + Circumstances.processor();
    }

    static String memory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            long kib = lines.filter(line -> line.startsWith("MemTotal"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
            return "%.0f GiB".formatted(kib / 1024.0 / 1024.0);
        }
    }

    static String kernel() throws IOException, InterruptedException {
        return Circumstances.output("uname", "-sr");
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
        return Circumstances.output("git", "describe", "--always", "--dirty", "--exclude=*");
    }

    static String wrk() throws IOException, InterruptedException {
        return Circumstances.output("wrk", "-v").replaceAll("(?s) \\[.*", "");
    }

    static String libtorch() throws IOException {
        return Files.readString(Path.of("pom.xml"))
                .replaceAll("(?s).*<libtorch.version>(.*?)</libtorch.version>.*", "$1");
    }

    /** The versions that the peer runs with, such as {@code torch 2.13.0}. */
    static String packages(Path python) throws IOException, InterruptedException {
        return Circumstances.output(python.toString(), "-c", """
                import platform
                from importlib.metadata import version
                print('Python', platform.python_version(), *(f', {p} {version(p)}' for p in
                      ('torch', 'fastapi', 'pydantic', 'uvicorn', 'uvloop', 'httptools', 'asyncpg')), sep=' ')""").replace(" ,", ",");
    }
}

package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.MeasuredPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Where verdicts go: a line each on the console, and the table of docs/faults.md. */
final class FaultReport {

    private static final MeasuredPart DOCUMENT = new MeasuredPart(Path.of("docs", "faults.md"), "make faults");

    private FaultReport() {}

    static String line(Fault fault, FaultVerdict verdict) {
        return "%-7s  %-48s  %s".formatted(verdict.title(), fault.name(), verdict.words());
    }

    /** Replaces the table of the document by one of this run. */
    static void write(Map<Fault, FaultVerdict> verdicts, String circumstances) throws IOException {
        DOCUMENT.write(table(verdicts, circumstances));
    }

    private static String table(Map<Fault, FaultVerdict> verdicts, String circumstances) {
        return circumstances + "\n\n| fault | promise | measured |\n| --- | --- | --- |\n"
                + verdicts.entrySet().stream()
                        .map(entry -> row(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining());
    }

    private static String row(Fault fault, FaultVerdict verdict) {
        String measured =
                verdict instanceof FaultVerdict.Held ? verdict.words() : verdict.title() + ": " + verdict.words();
        return "| **%s**%s<br>%s | %s | %s |\n"
                .formatted(fault.name(), fault.quick() ? " *" : "", fault.injected(), fault.promised(), cell(measured));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}

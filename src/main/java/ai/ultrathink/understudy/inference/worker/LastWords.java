package ai.ultrathink.understudy.inference.worker;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is known of the end of a process: the report that a virtual machine writes when native code crashes, and its exit code. */
final class LastWords {

    /** Before the report is complete the process may take half a second; its callers need not wait for that. */
    private static final Pattern CRASH =
            Pattern.compile("A fatal error has been detected by the Java Runtime Environment|caught a segfault");

    private static final Pattern SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+) \\(");
    private static final int SIGNALS_ABOVE = 128;
    private static final Map<Integer, String> SIGNALS =
            Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

    private @Nullable String crash;

    /**
     * Takes a line of output.
     *
     * @return whether the process is about to end, and why is known
     */
    synchronized boolean line(String line) {
        Matcher signal = SIGNAL.matcher(line);
        if (crash != null && signal.find()) {
            crash = signal.group(1);
            return true;
        }
        if (crash == null && CRASH.matcher(line).find()) {
            crash = "SIGSEGV";
            // the signal follows in the report of the JVM
            return !line.contains("Java Runtime");
        }
        return false;
    }

    /** The crash that was reported. */
    synchronized Optional<WorkerEnd> crash() {
        return Optional.ofNullable(crash).map(LastWords::bySignal);
    }

    /** What an exit code says. */
    static WorkerEnd of(int exitCode) {
        String signal = SIGNALS.get(exitCode - SIGNALS_ABOVE);
        return signal == null ? new WorkerEnd("exit", "it ended with exit code " + exitCode) : bySignal(signal);
    }

    private static WorkerEnd bySignal(String signal) {
        String detail = signal.equals("SIGKILL")
                ? "it was killed (SIGKILL), by hand or because the machine had no memory left"
                : "it ended with " + signal;
        return new WorkerEnd(signal.toLowerCase(Locale.ROOT), detail);
    }
}

package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.Circumstances;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All faults, and the program that plays them: `make faults`. */
final class Faults {

    private Faults() {}

    /** In the order of the table. */
    static List<Fault> all() {
        return Stream.of(
                        TreatmentFaults.all(),
                        GuardFaults.all(),
                        ModelFolderFaults.all(),
                        CompanyFaults.all(),
                        WorkerFaults.all(),
                        RemoteFaults.all(),
                        ControlFaults.all(),
                        ReplicaFaults.all(),
                        RollbackFaults.all(),
                        CatalogFaults.all(),
                        DatabaseFaults.all(),
                        ProcessFaults.all(),
                        DiskFaults.all(),
                        OverloadFaults.all(),
                        ConnectionFaults.all(),
                        IdentityFaults.all())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Plays the faults whose names contain one of the arguments, all without arguments; a line for each. Ends with 1 when
     * one is broken. A run of all rewrites the table in docs/faults.md.
     */
    public static void main(String... parts) throws Exception {
        List<Fault> chosen = all().stream()
                .filter(fault -> parts.length == 0 || Stream.of(parts).anyMatch(fault.name()::contains))
                .toList();
        if (chosen.isEmpty()) {
            System.err.println("no fault has a name with " + String.join(" or ", parts));
            System.exit(1);
        }
        // a run that is interrupted must not leave its services behind
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
                        "end-services"));
        // before the first of them: the sources may move on while they are played
        String circumstances = "Measured " + Circumstances.now() + ". Those with a star run in `make test` too.";
        Map<Fault, FaultVerdict> verdicts = new LinkedHashMap<>();
        try (FaultRunner runner = new FaultRunner(FaultEnvironment.open())) {
            for (Fault fault : chosen) {
                FaultVerdict verdict = runner.play(fault);
                verdicts.put(fault, verdict);
                System.out.println(FaultReport.line(fault, verdict));
            }
        }
        if (parts.length == 0) {
            FaultReport.write(verdicts, circumstances);
        }
        long broken = verdicts.values().stream()
                .filter(FaultVerdict.Broken.class::isInstance)
                .count();
        System.out.printf("%d faults, %d broken%n", verdicts.size(), broken);
        System.exit(broken == 0 ? 0 : 1);
    }
}

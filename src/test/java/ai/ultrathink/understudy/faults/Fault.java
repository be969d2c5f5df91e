package ai.ultrathink.understudy.faults;

/**
 * One thing that goes wrong, and what is promised for that case.
 *
 * @param name as it stands in the table; unique
 * @param injected how it is made to go wrong
 * @param promised what shall hold, with its bounds
 * @param quick whether {@code make test} runs it too
 * @param body breaks it and measures
 */
record Fault(String name, String injected, String promised, boolean quick, Body body) {

    /** Injects the fault; what it uses is closed afterwards, whatever happens. */
    @FunctionalInterface
    interface Body {
        FaultVerdict play(FaultContext context) throws Exception;
    }

    /** The same, played by {@code make test} too. */
    Fault quickly() {
        return new Fault(name, injected, promised, true, body);
    }

    static Draft named(String name) {
        return new Draft(name, "", "", false);
    }

    /** A fault of which something is still to be said. */
    record Draft(String name, String injected, String promised, boolean quick) {

        Draft injected(String how) {
            return new Draft(name, how, promised, quick);
        }

        Draft promised(String what) {
            return new Draft(name, injected, what, quick);
        }

        /** It takes few seconds, and {@code make test} runs it too. */
        Draft quickly() {
            return new Draft(name, injected, promised, true);
        }

        Fault when(Body body) {
            return new Fault(name, injected, promised, quick, body);
        }
    }
}

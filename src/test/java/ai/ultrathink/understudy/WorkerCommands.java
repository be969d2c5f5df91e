package ai.ultrathink.understudy;

import ai.ultrathink.understudy.inference.TreatmentWorkerCommand;

/** For tests of other packages: how the service would start a worker of the classes under test. */
public final class WorkerCommands {

    private WorkerCommands() {}

    public static TreatmentWorkerCommand ofTheClassesUnderTest() {
        return WorkerMain.command();
    }
}

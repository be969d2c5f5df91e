package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A program that measures and writes. */
@FunctionalInterface
interface Measuring {

    void run() throws IOException, SQLException, InterruptedException;

    /** Does it, says why if it cannot go on, and ends the process. */
    static void andExit(Measuring program) {
        int status = 1;
        try {
            program.run();
            status = 0;
        } catch (BenchFailedException | IOException | SQLException e) {
            System.err.println("\n" + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(status);
    }
}

package ai.ultrathink.understudy.inference.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the worker's process is started.
 *
 * @param command the program and its arguments, to which the socket and the number of threads are added
 */
public record WorkerProgram(List<String> command) {

    public WorkerProgram {
        command = List.copyOf(command);
    }

    /** The command of one life. */
    List<String> with(Path socket, int threads) {
        List<String> all = new ArrayList<>(command);
        all.add(socket.toString());
        all.add(Integer.toString(threads));
        return all;
    }
}

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

    /** Control's threads come first wherever both want a processor. */
    private static final List<String> AT_LOWER_PRIORITY = List.of("nice", "-n", "5");

    public WorkerProgram {
        command = List.copyOf(command);
    }

    /** The command of one life. */
    List<String> with(Path socket, int threads, boolean atLowerPriority) {
        List<String> all = new ArrayList<>(atLowerPriority ? AT_LOWER_PRIORITY : List.of());
        all.addAll(command);
        all.add(socket.toString());
        all.add(Integer.toString(threads));
        return all;
    }
}

package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.Circumstances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A thread that runs as soon as it has something to do. Callers of a service are on other machines, and do not wait for its cores. */
final class PromptThread {

    private PromptThread() {}

    /**
     * Makes the calling thread one, by Linux' policy SCHED_FIFO, which also wakes it without the usual slack of 50 µs. This needs root.
     * Without it the thread is less prompt, which the generator measures.
     */
    static void become() throws IOException, InterruptedException {
        // such as 4711/task/4712, whose last part is the id of the thread
        Path id = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
        Circumstances.output("chrt", "--fifo", "-p", "1", id.toString());
    }
}

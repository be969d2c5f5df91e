package ai.ultrathink.understudy.inference;

import java.util.List;

/**
 * How this service starts another process of the same artefact that runs treatments. The socket and the number of threads are added.
 *
 * @param words the program and its arguments
 */
public record TreatmentWorkerCommand(List<String> words) {

    public TreatmentWorkerCommand {
        words = List.copyOf(words);
    }
}

package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says all that is wrong with a model's folder at once. A service says the first thing, when it loads it. */
public final class ModelCheck {

    private static final String CARD = "model.json";

    /**
     * What was found.
     *
     * @param problems all that is wrong; empty if a service would load the folder
     * @param line what was loaded, or what could not be found out, in words
     */
    public record Findings(List<String> problems, String line) {
        public Findings {
            problems = List.copyOf(problems);
        }
    }

    private ModelCheck() {}

    /** Checks a folder, with all checks of a service. */
    public static Findings of(Path folder, TimeSource time) throws IOException {
        Path directory = folder.toAbsolutePath().normalize();
        List<String> problems = new ArrayList<>();
        String name = String.valueOf(directory.getFileName());
        try {
            IdentifierRules.model("the folder's name", name);
        } catch (InvalidValueException e) {
            problems.add(String.valueOf(e.getMessage()));
            name = "unnamed";
        }
        if (!Files.isDirectory(directory)) {
            return new Findings(List.of(folder + " is not a folder"), "nothing was read");
        }
        boolean readable = readable(directory, problems);
        CardProblems card = readable ? CardProblems.of(Files.readAllBytes(directory.resolve(CARD))) : null;
        if (card != null) {
            problems.addAll(card.problems());
        }
        if (card != null && !card.problems().isEmpty() && card.repaired() == null) {
            return new Findings(
                    problems, "the network was not run, because the card does not say what it takes and answers");
        }
        try {
            String repaired = card == null || card.problems().isEmpty() ? null : card.repaired();
            String line = repaired == null ? run(name, directory, time) : repaired(name, directory, repaired, time);
            return new Findings(problems, line);
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (!problems.contains(why)) {
                problems.add(why);
            }
            return new Findings(problems, "the network does not serve");
        }
    }

    /** Whether the card can be read; notes which files are missing. */
    private static boolean readable(Path directory, List<String> problems) throws IOException {
        Path card = directory.resolve(CARD);
        boolean readable = Files.isRegularFile(card)
                && Files.isReadable(card)
                && Files.size(card) <= FolderContents.MOST_CARD_BYTES;
        for (String file : files(readable ? card : null)) {
            if (!Files.exists(directory.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
                problems.add(file + " is missing");
            }
        }
        return readable;
    }

    /** The files that a folder should have; of a card that does not say what runs the network, the card. */
    private static List<String> files(@Nullable Path card) throws IOException {
        try {
            ModelRuntime runtime =
                    card == null ? ModelRuntime.TORCHSCRIPT : CardReader.runtime(Files.readAllBytes(card));
            return runtime.file() == null ? List.of(CARD) : List.of(CARD, runtime.file());
        } catch (ModelRefusedException e) {
            return List.of(CARD);
        }
    }

    private static String run(String name, Path directory, TimeSource time) throws IOException {
        return new LoadedFolder(name, directory, time).with(LoadedFolder::line);
    }

    /** Runs the network with a card whose faults do not matter to it. */
    private static String repaired(String name, Path directory, String card, TimeSource time) throws IOException {
        Path copy = Files.createTempDirectory("understudy-check-");
        try {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
                }
            }
            Files.writeString(copy.resolve(CARD), card);
            return run(name, copy, time);
        } finally {
            LoadedFolder.delete(copy);
        }
    }
}

package ai.ultrathink.understudy.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Dockerfile, read as far as ours go.
 *
 * @param name such as {@code jvm}
 * @param instructions in their order, of all stages
 */
record Dockerfile(String name, List<Instruction> instructions) {

    static final Path FOLDER = Path.of("src", "main", "docker");
    static final List<String> NAMES = List.of("jvm", "native", "models");

    static Dockerfile read(String name) {
        try {
            return parse(name, Files.readString(FOLDER.resolve("Dockerfile." + name)));
        } catch (IOException e) {
            throw new AssertionError("no Dockerfile." + name, e);
        }
    }

    static Stream<Dockerfile> all() {
        return NAMES.stream().map(Dockerfile::read);
    }

    static Dockerfile parse(String name, String text) {
        String joined = text.replaceAll("(?m)^\\s*#.*\n?", "").replaceAll("\\\\\n", " ");
        return new Dockerfile(
                name,
                joined.lines()
                        .filter(line -> !line.isBlank())
                        .map(Instruction::of)
                        .toList());
    }

    /** The instructions of the last stage: what the image is. */
    List<Instruction> image() {
        List<Instruction> froms = named("FROM", instructions);
        return instructions.subList(instructions.lastIndexOf(froms.getLast()), instructions.size());
    }

    /** The image's instructions of one name. */
    List<Instruction> image(String instruction) {
        return named(instruction, image());
    }

    /** The image's one instruction of a name. */
    Instruction only(String instruction) {
        List<Instruction> found = image(instruction);
        if (found.size() != 1) {
            throw new AssertionError("Dockerfile." + name + " has " + found.size() + " " + instruction);
        }
        return found.getFirst();
    }

    /** What of the build's context goes into the image. */
    List<Copy> copies() {
        return image("COPY").stream()
                .filter(copy -> !copy.flags().containsKey("from"))
                .map(copy -> new Copy(
                        copy.words().subList(0, copy.words().size() - 1),
                        copy.words().getLast()))
                .toList();
    }

    Map<String, String> environment() {
        return pairs("ENV");
    }

    Map<String, String> labels() {
        return pairs("LABEL");
    }

    private Map<String, String> pairs(String instruction) {
        Map<String, String> pairs = new LinkedHashMap<>();
        image(instruction).forEach(found -> pairs.putAll(found.pairs()));
        return pairs;
    }

    private static List<Instruction> named(String name, List<Instruction> instructions) {
        return instructions.stream().filter(instruction -> instruction.is(name)).toList();
    }

    @Override
    public String toString() {
        return "Dockerfile." + name;
    }

    /**
     * A COPY from the context.
     *
     * @param sources relative to the project's folder; a last part may have stars
     * @param destination absolute; a folder when it ends with a slash
     */
    record Copy(List<String> sources, String destination) {}
}

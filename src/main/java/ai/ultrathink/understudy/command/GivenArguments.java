package ai.ultrathink.understudy.command;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** What was given to a command, by the names of its options and positions. */
record GivenArguments(ParseResult parsed) {

    /** A position that must be given, by its label. */
    String text(String label) {
        return parsed.commandSpec().positionalParameters().stream()
                .filter(position -> position.paramLabel().equals(label))
                .findFirst()
                .map(position -> position.<String>getValue())
                .orElseThrow();
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(parsed.matchedOptionValue(name, (String) null));
    }

    Optional<Double> number(String name) {
        return option(name).map(text -> number(name, text));
    }

    Optional<Long> whole(String name) {
        return option(name).map(text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw refused(name, text, "a whole number");
            }
        });
    }

    /** Several, with commas. */
    List<String> words(String name) {
        return option(name).map(text -> List.of(text.split(",", -1))).orElse(List.of());
    }

    static double number(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw refused(name, text, "a number");
        }
    }

    boolean flag(String name) {
        return parsed.matchedOptionValue(name, false);
    }

    static CommandException refused(String name, String got, String allowed) {
        return new CommandException(ExitCode.USAGE, name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}

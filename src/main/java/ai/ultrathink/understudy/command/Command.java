package ai.ultrathink.understudy.command;

import java.util.List;
import java.util.stream.Stream;

/**
 * A command, as data.
 *
 * @param name what is typed
 * @param description for the help
 * @param positions the labels of what must follow, each with its meaning
 * @param options what may follow
 */
record Command(String name, String description, List<Position> positions, List<Option> options, Action action) {

    /** Does a command, and returns its exit code. */
    interface Action {
        int run(Context context);
    }

    /** Something that must follow the name. */
    record Position(String label, String description) {}

    /**
     * Something that may follow.
     *
     * @param label of its value; empty for one without
     */
    record Option(String name, String label, String description, boolean required) {

        static Option flag(String name, String description) {
            return new Option(name, "", description, false);
        }

        static Option of(String name, String label, String description) {
            return new Option(name, label, description, false);
        }

        static Option required(String name, String label, String description) {
            return new Option(name, label, description, true);
        }
    }

    Command {
        positions = List.copyOf(positions);
        options = List.copyOf(options);
    }

    static Command of(String name, String description, Action action) {
        return new Command(name, description, List.of(), List.of(), action);
    }

    /** A command about one test. */
    static Command ofTest(String name, String description, Action action) {
        return of(name, description, action).with(new Position("TEST", "the id of the test"));
    }

    Command with(Position position) {
        return new Command(
                name,
                description,
                Stream.concat(positions.stream(), Stream.of(position)).toList(),
                options,
                action);
    }

    Command with(Option... more) {
        return new Command(
                name,
                description,
                positions,
                Stream.concat(options.stream(), Stream.of(more)).toList(),
                action);
    }
}

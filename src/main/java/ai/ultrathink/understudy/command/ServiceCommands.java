package ai.ultrathink.understudy.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The commands that talk to a running service. Commands are data, so nothing is reflected. */
public final class ServiceCommands {

    private static final String PROGRAM = "bin/understudy";
    private static final String URL = "UNDERSTUDY_URL";
    private static final String TOKEN = "UNDERSTUDY_TOKEN";
    private static final String TOKEN_FILE = "UNDERSTUDY_TOKEN_FILE";
    private static final String COMPLETION = "completion";
    private static final String HELP = "help";

    /** By name, in the order in which they are listed. */
    private static final Map<String, Command> COMMANDS = Stream.of(
                    TestCommands.all(), RolloutCommands.all(), DataCommands.all())
            .flatMap(Collection::stream)
            .collect(Collectors.toMap(Command::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));

    private final Map<String, String> environment;
    private final String version;
    private final Map<String, Supplier<CommandSpec>> others;
    private final Machine machine;
    private final PrintStream out;
    private final PrintStream err;

    /** What a command needs of the machine, which tests replace. */
    public interface Machine {

        /** The time of day. */
        Instant now();

        /** Waits. */
        void pause(Duration time) throws InterruptedException;

        /** Random bytes that no one can guess. */
        byte[] secret(int length);

        /** What is on the standard input. */
        InputStream input();
    }

    /**
     * @param environment has the address and the token where options do not give them
     * @param version of the service that this is part of
     * @param others commands that need no service, by name: they are explained and completed here, and run elsewhere
     */
    public ServiceCommands(
            Map<String, String> environment,
            String version,
            Map<String, Supplier<CommandSpec>> others,
            Machine machine,
            PrintStream out,
            PrintStream err) {
        this.environment = Map.copyOf(environment);
        this.version = version;
        this.others = new TreeMap<>(others);
        this.machine = machine;
        this.out = out;
        this.err = err;
    }

    /** Does what was asked; returns the exit code. */
    public int execute(String... args) {
        return CommandRun.of(line(), this::execute, out, err, args);
    }

    private CommandLine line() {
        CommandSpec program = CommandSpec.create().name(PROGRAM);
        program.usageMessage()
                .description(
                        "Asks and steers a running service. Its address is in --url or " + URL + ", the token in "
                                + TOKEN + " or in a file that --token-file or " + TOKEN_FILE + " names.",
                        "'model pack', 'model check' and 'import' need no service. Without arguments the service starts.",
                        "Options come after the command: " + PROGRAM + " status --output json")
                .exitCodeListHeading("%nExit codes:%n");
        program.usageMessage().exitCodeList(exitCodes());
        program.addOption(help());
        program.version("understudy " + version);
        program.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("shows the version")
                .build());
        COMMANDS.forEach((name, command) -> program.addSubcommand(name, spec(command)));
        others.forEach((name, command) -> program.addSubcommand(name, command.get()));
        CommandSpec completion = CommandSpec.create();
        completion
                .usageMessage()
                .description("Prints a script that completes commands: source <(" + PROGRAM + " completion)");
        completion.addOption(help());
        program.addSubcommand(COMPLETION, completion);
        CommandSpec helping = CommandSpec.create();
        helping.usageMessage().description("Explains a command, or lists them.");
        helping.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel("COMMAND")
                .description("the command")
                .build());
        program.addSubcommand(HELP, helping);
        return new CommandLine(program);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "the service refused it");
        codes.put("2", "the command was not understood");
        codes.put("3", "the service gave no answer");
        codes.put("4", "the token is missing or wrong, or its roles do not suffice");
        codes.put("5", "it waits for the approval of another person");
        codes.put("6", "wait: the test has ended otherwise");
        codes.put("7", "wait: not in time");
        codes.put("8", "done, but the output could not be written");
        return codes;
    }

    private static CommandSpec spec(Command command) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(command.description());
        int index = 0;
        for (Command.Position position : command.positions()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index(Integer.toString(index++))
                    .arity("1")
                    .required(true)
                    .type(String.class)
                    .paramLabel(position.label())
                    .description(position.description())
                    .build());
        }
        for (Command.Option option : command.options()) {
            spec.addOption(option(option));
        }
        spec.addOption(option(Command.Option.of("--url", "ADDRESS", "the service; by default http://localhost:8080")));
        spec.addOption(option(Command.Option.of("--token-file", "FILE", "a file with the token alone")));
        spec.addOption(option(Command.Option.of("--actor", "NAME", "who acts, where the service asks for no token")));
        spec.addOption(option(Command.Option.of("--output", "FORM", "table or json; by default table")));
        spec.addOption(help());
        return spec;
    }

    private static OptionSpec option(Command.Option option) {
        OptionSpec.Builder builder = OptionSpec.builder(option.name()).description(option.description());
        return option.label().isEmpty()
                ? builder.type(boolean.class).arity("0").build()
                : builder.type(String.class)
                        .paramLabel(option.label())
                        .required(option.required())
                        .build();
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("shows this")
                .build();
    }

    private int execute(ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        if (!parsed.hasSubcommand()) {
            parsed.commandSpec().commandLine().usage(err);
            return ExitCode.USAGE;
        }
        ParseResult asked = parsed.subcommand();
        if (asked.commandSpec().name().equals(COMPLETION)) {
            out.print(AutoComplete.bash("understudy", line()));
            return ExitCode.DONE;
        }
        if (asked.commandSpec().name().equals(HELP)) {
            return explain(asked.matchedPositionalValue(0, ""));
        }
        Command command = COMMANDS.get(asked.commandSpec().name());
        if (command == null) {
            return ExitCode.USAGE;
        }
        try {
            return run(command, new GivenArguments(asked));
        } catch (CommandException e) {
            err.println(TextTable.printable(String.valueOf(e.getMessage())));
            return e.exitCode();
        }
    }

    private int explain(String word) {
        CommandLine program = line();
        CommandLine command = program.getSubcommands().get(word);
        if (command == null && !word.isEmpty()) {
            err.println(word + " is no command; " + PROGRAM + " help lists them");
            return ExitCode.USAGE;
        }
        (command == null ? program : command).usage(out);
        return ExitCode.DONE;
    }

    private int run(Command command, GivenArguments arguments) {
        String form = arguments.option("--output").orElse("table");
        if (!form.equals("table") && !form.equals("json")) {
            throw GivenArguments.refused("--output", form, "table or json");
        }
        String address = arguments
                .option("--url")
                .or(() -> Optional.ofNullable(environment.get(URL)).filter(url -> !url.isBlank()))
                .orElse("http://localhost:8080");
        try (ServiceClient service = new ServiceClient(address, token(arguments), arguments.option("--actor"))) {
            return command.action().run(new Context(service, arguments, form.equals("json"), out, machine));
        }
    }

    private Optional<String> token(GivenArguments arguments) {
        Optional<String> file =
                arguments.option("--token-file").or(() -> Optional.ofNullable(environment.get(TOKEN_FILE)));
        if (file.isEmpty()) {
            return Optional.ofNullable(environment.get(TOKEN))
                    .map(String::strip)
                    .filter(token -> !token.isEmpty())
                    .map(token -> RequestHeaders.token(TOKEN, token));
        }
        try {
            String token = Files.readString(Path.of(file.get())).strip();
            return Optional.of(RequestHeaders.token("--token-file: " + file.get(), token));
        } catch (IOException | InvalidPathException e) {
            throw new CommandException(
                    ExitCode.USAGE, "--token-file: " + file.get() + " cannot be read: " + e.getMessage());
        }
    }
}

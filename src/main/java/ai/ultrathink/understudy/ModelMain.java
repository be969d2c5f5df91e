package ai.ultrathink.understudy;

import ai.ultrathink.understudy.command.CommandOutput;
import ai.ultrathink.understudy.command.CommandRun;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.ModelCheck;
import ai.ultrathink.understudy.inference.ModelPacking;
import ai.ultrathink.understudy.inference.PackedNetwork;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The third main of this artefact: makes and checks model folders, without a service. Commands are data, so nothing is reflected. */
final class ModelMain {

    static final String COMMAND = "model";
    private static final int REFUSED = 1;

    private final TimeSource time;
    private final PrintStream out;
    private final PrintStream err;

    ModelMain(TimeSource time, PrintStream out, PrintStream err) {
        this.time = time;
        this.out = out;
        this.err = err;
    }

    static boolean asked(String... args) {
        return args.length > 0 && args[0].equals(COMMAND);
    }

    /** Does what was asked, and ends the process: at once, because libtorch must not be unloaded while a thread is inside. */
    static void run(String... args) {
        Libtorch.configure();
        int code = new ModelMain(SystemBeans.systemTime(), CommandOutput.standard(System.out.charset()), System.err)
                .execute(Arrays.copyOfRange(args, 1, args.length));
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    /** Returns the exit code: 0, or 1 if a network or a folder is refused, or 2 if the command is not understood. */
    int execute(String... args) {
        return CommandRun.of(new CommandLine(spec().name("bin/understudy " + COMMAND)), this::execute, out, err, args);
    }

    /** What it understands. */
    static CommandSpec spec() {
        CommandSpec model = CommandSpec.create();
        model.usageMessage().description("Makes and checks the folders of models, without a service.");
        model.addOption(help());
        model.addSubcommand("pack", pack());
        model.addSubcommand("check", check());
        return model;
    }

    private static CommandSpec pack() {
        CommandSpec pack = CommandSpec.create();
        pack.usageMessage()
                .description(
                        "Makes a model's folder from a network, with the network's own answer to a question as its golden answer.");
        pack.addOption(help());
        pack.addPositional(positional(0, "FILE", "the network: ONNX if its name ends with .onnx, else TorchScript"));
        pack.addPositional(positional(1, "FOLDER", "the folder to make; its name is the model's"));
        pack.addOption(option("--actions", "NAME,…", "the actions, in the order of the output", String.class, null)
                .required(true)
                .build());
        pack.addOption(
                option("--input", "SIZE,…", "the shape of one row, without the batch: 43, or 60,10", String.class, null)
                        .required(true)
                        .build());
        pack.addOption(option("--version", "VERSION", "the version; by default ${DEFAULT-VALUE}", String.class, "1")
                .build());
        pack.addOption(option(
                        "--output",
                        "KIND",
                        "probabilities or logits; by default ${DEFAULT-VALUE}",
                        String.class,
                        "probabilities")
                .build());
        pack.addOption(
                option("--output-index", "N", "which tensor has the scores, if there are several", Integer.class, null)
                        .build());
        pack.addOption(option(
                        "--output-name",
                        "NAME",
                        "the name of the tensor with the scores, in a dictionary",
                        String.class,
                        null)
                .build());
        pack.addOption(option(
                        "--dtype",
                        "TYPE",
                        "the type of the numbers that it takes; by default ${DEFAULT-VALUE}",
                        String.class,
                        PackedNetwork.USUAL_DTYPE)
                .build());
        return pack;
    }

    private static CommandSpec check() {
        CommandSpec check = CommandSpec.create();
        check.usageMessage()
                .description(
                        "Says all that is wrong with a model's folder. Exit code 0: a service would load it; 1: it would not.");
        check.addOption(help());
        check.addPositional(positional(0, "FOLDER", "the model's folder"));
        return check;
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("shows this")
                .build();
    }

    private static PositionalParamSpec positional(int index, String label, String description) {
        return PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .arity("1")
                .required(true)
                .type(Path.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec.Builder option(
            String name, String label, String description, Class<?> type, @Nullable String usual) {
        OptionSpec.Builder option = OptionSpec.builder(name)
                .paramLabel(label)
                .description(description)
                .type(type);
        return usual == null ? option : option.defaultValue(usual);
    }

    private int execute(ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        if (!parsed.hasSubcommand()) {
            parsed.commandSpec().commandLine().usage(err);
            return CommandLine.ExitCode.USAGE;
        }
        ParseResult command = parsed.subcommand();
        try {
            return command.commandSpec().name().equals("pack") ? pack(command) : check(command);
        } catch (InvalidValueException e) {
            err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (IOException e) {
            err.println(e.getMessage());
            return REFUSED;
        }
    }

    private int pack(ParseResult command) throws IOException {
        PackedNetwork known = new PackedNetwork(
                command.matchedOptionValue("--version", "1"),
                List.of(command.matchedOptionValue("--actions", "").split(",", -1)),
                shape(command.matchedOptionValue("--input", "")),
                command.matchedOptionValue("--dtype", PackedNetwork.USUAL_DTYPE),
                command.matchedOptionValue("--output", "probabilities"),
                command.matchedOptionValue("--output-index", (Integer) null),
                command.matchedOptionValue("--output-name", (String) null));
        Path folder = command.matchedPositionalValue(1, Path.of(""));
        out.println(ModelPacking.pack(command.matchedPositionalValue(0, Path.of("")), folder, known, time));
        return CommandLine.ExitCode.OK;
    }

    private static List<Integer> shape(String given) {
        try {
            return Arrays.stream(given.split(",", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new InvalidValueException("--input", given, "whole numbers with commas, such as 43 or 60,10");
        }
    }

    private int check(ParseResult command) throws IOException {
        ModelCheck.Findings found = ModelCheck.of(command.matchedPositionalValue(0, Path.of("")), time);
        found.problems().forEach(out::println);
        out.println(found.line());
        return found.problems().isEmpty() ? CommandLine.ExitCode.OK : REFUSED;
    }
}

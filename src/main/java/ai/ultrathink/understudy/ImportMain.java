package ai.ultrathink.understudy;

import ai.ultrathink.understudy.command.CommandOutput;
import ai.ultrathink.understudy.command.CommandRun;
import ai.ultrathink.understudy.command.ExitCode;
import ai.ultrathink.understudy.command.TextTable;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.storage.db.DatabaseLogin;
import ai.ultrathink.understudy.storage.db.SchemaName;
import ai.ultrathink.understudy.storage.framework.FrameworkImport;
import ai.ultrathink.understudy.storage.framework.ImportException;
import ai.ultrathink.understudy.storage.framework.ImportReport;
import ai.ultrathink.understudy.storage.framework.ImportSettings;
import ai.ultrathink.understudy.storage.framework.ImportedExperiment;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.configuration.DurationConverter;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The fifth main of this artefact: takes over what the Python framework has stored, without a service. Commands are data, so nothing is
 * reflected.
 */
final class ImportMain {

    static final String COMMAND = "import";
    private static final String FROM = "--from";
    private static final String DATABASE_URL = "DATABASE_URL";
    /** As the service calls callers who do not say who they are. */
    private static final String UNKNOWN = "unknown";

    private static final String RETENTION = "UNDERSTUDY_STORAGE_RETENTION";
    /** The service's default, which its own configuration has. */
    static final String USUAL_RETENTION = "90d";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    ImportMain(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = Map.copyOf(environment);
        this.out = out;
        this.err = err;
    }

    static boolean asked(String... args) {
        return args.length > 0 && args[0].equals(COMMAND);
    }

    /** Does what was asked, and ends the process. */
    static void run(String... args) {
        int code = new ImportMain(System.getenv(), CommandOutput.standard(System.out.charset()), System.err)
                .execute(Arrays.copyOfRange(args, 1, args.length));
        System.err.flush();
        System.exit(code);
    }

    /** Returns the exit code, as those of the other commands; 1 also if something could not be taken. */
    int execute(String... args) {
        return CommandRun.of(new CommandLine(spec().name("bin/understudy " + COMMAND)), this::execute, out, err, args);
    }

    /** What it understands. */
    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage()
                .description(
                        "Takes tests and results over from the tables of the Python framework, into the database that the service uses.",
                        "The service's database is in DATABASE_URL, DATABASE_USERNAME, DATABASE_PASSWORD and DATABASE_SCHEMA, as for"
                                + " the service. The password of the framework's is in IMPORT_PASSWORD or PGPASSWORD. It may be repeated: each"
                                + " result is stored once.");
        spec.addOption(option(FROM, "URL", "the framework's database: postgresql://user@host:port/database")
                .required(true)
                .build());
        spec.addOption(option("--from-schema", "SCHEMA", "the schema of its tables; by default ${DEFAULT-VALUE}")
                .defaultValue("public")
                .build());
        spec.addOption(OptionSpec.builder("--dry-run")
                .type(boolean.class)
                .arity("0")
                .description("writes nothing, and says what would be taken")
                .build());
        spec.addOption(
                option("--actor", "NAME", "who does it, for the audit trail").build());
        spec.addOption(option("--output", "FORM", "table or json; by default ${DEFAULT-VALUE}")
                .defaultValue("table")
                .build());
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("shows this")
                .build());
        return spec;
    }

    private static OptionSpec.Builder option(String name, String label, String description) {
        return OptionSpec.builder(name).paramLabel(label).type(String.class).description(description);
    }

    private int execute(ParseResult parsed) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        try {
            String form = parsed.matchedOptionValue("--output", "table");
            if (!form.equals("table") && !form.equals("json")) {
                throw new InvalidValueException("--output", form, "table or json");
            }
            ImportSettings settings = settings(parsed);
            ImportReport report = new FrameworkImport(
                            settings,
                            (test, done, rows) -> err.println(TextTable.printable(test) + ": " + number(done) + " of "
                                    + number(rows) + " results read"))
                    .run();
            if (form.equals("json")) {
                out.println(json(settings, report));
            } else {
                print(report);
            }
            return report.complete() ? ExitCode.DONE : ExitCode.REFUSED;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return ExitCode.USAGE;
        } catch (ImportException e) {
            err.println(TextTable.printable(String.valueOf(e.getMessage())));
            return switch (e.reason()) {
                case REFUSED -> ExitCode.REFUSED;
                case AWAY -> ExitCode.AWAY;
                case NOT_ALLOWED -> ExitCode.NOT_ALLOWED;
            };
        }
    }

    private ImportSettings settings(ParseResult parsed) {
        DatabaseLogin source = source(parsed.matchedOptionValue(FROM, ""));
        String given = parsed.matchedOptionValue("--actor", (String) null);
        String actor = given == null ? UNKNOWN : Actors.notReserved("--actor", IdentifierRules.id("--actor", given));
        return new ImportSettings(
                source,
                parsed.matchedOptionValue("--from-schema", "public"),
                target(),
                new SchemaName(value("DATABASE_SCHEMA").orElse("public")),
                retention(),
                actor,
                parsed.matchedOptionValue("--dry-run", false));
    }

    private DatabaseLogin source(String url) {
        String scheme = "postgresql://";
        int at = url.indexOf('@');
        String user = at < 0 || !url.startsWith(scheme) ? "" : url.substring(scheme.length(), at);
        if (user.isEmpty() || user.contains("/")) {
            // what is before the host may be a password
            throw new InvalidValueException(
                    FROM, url.replaceAll("(?s)^.*@", "…@"), "postgresql://user@host:port/database");
        }
        if (user.contains(":")) {
            // it is in the list of processes already, and is not repeated here
            throw new IllegalArgumentException(
                    FROM
                            + ": got a password; allowed: postgresql://user@host:port/database, with the password in IMPORT_PASSWORD");
        }
        String address = scheme + url.substring(at + 1);
        try {
            Settings.checkUrl(FROM, address, ", with the user before the host: user@");
        } catch (IllegalArgumentException e) {
            // of TLS, whose parameters are those of DATABASE_URL
            throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).replaceFirst("^" + DATABASE_URL, FROM), e);
        }
        return new DatabaseLogin(
                address,
                user,
                value("IMPORT_PASSWORD").or(() -> value("PGPASSWORD")).orElse(null));
    }

    private DatabaseLogin target() {
        String url = value(DATABASE_URL)
                .orElseThrow(() -> new IllegalArgumentException(DATABASE_URL
                        + ": got nothing; allowed: postgresql://host:port/database, the database of the service"));
        Settings.checkUrl(DATABASE_URL, url, ", with the user in DATABASE_USERNAME and DATABASE_PASSWORD");
        return new DatabaseLogin(
                url,
                value("DATABASE_USERNAME").orElse("understudy"),
                value("DATABASE_PASSWORD").orElse(null));
    }

    private Duration retention() {
        String given = value(RETENTION).orElse(USUAL_RETENTION);
        SettingBounds.broken(Map.of(RETENTION, given)).ifPresent(line -> {
            throw new IllegalArgumentException(line);
        });
        return DurationConverter.parseDuration(given.strip());
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private void print(ImportReport report) {
        TextTable table = new TextTable(
                "TEST", "MODE", "RESULTS", report.dryRun() ? "TO STORE" : "STORED", "STORED BEFORE", "LEFT OUT");
        report.tests()
                .forEach(test -> table.row(
                        test.testId(),
                        test.mode(),
                        number(test.rows()),
                        number(test.stored()),
                        number(test.known()),
                        number(test.left())));
        table.lines().forEach(out::println);
        for (ImportedExperiment test : report.tests()) {
            String name = TextTable.printable(test.testId());
            if (test.problem() != null) {
                out.println(name + " is left out: " + TextTable.printable(test.problem()));
            }
            test.refused()
                    .forEach((why, rows) ->
                            out.println(name + ": " + number(rows) + " left out with " + why.sentence()));
            if (!test.configured()) {
                out.println(name + " has no configuration: it is made up from its results");
            }
        }
        if (report.timescale() && !report.dryRun()) {
            out.println(
                    "hourly and daily figures of more than 30 days ago need a refresh by hand: docs/database.md, \"Manual refresh\"");
        }
    }

    private static ObjectNode json(ImportSettings settings, ImportReport report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("dry_run", report.dryRun());
        json.put("from", settings.source().url());
        json.put("from_schema", settings.sourceSchema());
        var tests = json.putArray("tests");
        for (ImportedExperiment test : report.tests()) {
            ObjectNode each = tests.addObject();
            each.put("test_id", test.testId());
            each.put("mode", test.mode());
            each.put("configured", test.configured());
            each.put("rows", test.rows());
            each.put("stored", test.stored());
            each.put("already_stored", test.known());
            each.put("left_out", test.left());
            ObjectNode refused = each.putObject("refused");
            test.refused().forEach((why, rows) -> refused.put(why.wireName(), rows));
            each.put("problem", (@Nullable String) test.problem());
        }
        return json;
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}

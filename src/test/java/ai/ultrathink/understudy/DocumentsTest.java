package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name exists: files, headings, commands, settings, migrations, classes and metrics. */
class DocumentsTest {

    private static final Path CHANGES = Path.of("CHANGELOG.md");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]*)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern BLOCK = Pattern.compile("(?s)```.*?```");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern MAKE = Pattern.compile("\\bmake ([a-z][a-z-]*)");
    private static final Pattern SETTING =
            Pattern.compile("(?<![\\w.-])understudy\\.(?!ultrathink)[a-z]+\\.[a-z.-]*[a-z]");
    private static final Pattern VARIABLE = Pattern.compile("\\b(?:UNDERSTUDY|DATABASE|JAVA|BENCH)_[A-Z][A-Z_]*\\b");
    private static final Pattern FILE =
            Pattern.compile("[\\w./-]+\\.(?:java|md|yaml|sh|sql|py|mjs|csv|xml|json|lua|properties|env)");
    private static final Pattern TYPE = Pattern.compile("([A-Z][a-z][A-Za-z0-9]*)(?:\\.[a-z]\\w*(?:\\(\\))?)?");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    private static final Pattern METRIC = Pattern.compile("\\bunderstudy_[a-z0-9_]+");
    private static final Pattern UNPLAIN = Pattern.compile("(?i)\\b(?:" + PlainEnglishTest.WORDS + ")\\b");

    /** In code of the documents, and not of this project. */
    private static final Set<String> FOREIGN = Set.of(
            "Accept",
            "Authorization",
            "CircuitBreaker",
            "FaultToleranceStrategy",
            "FileChannel",
            "Guard",
            "IllegalAccessError",
            "IllegalAccessException",
            "InternalError",
            "Link",
            "ReadWriteMany",
            "Retry",
            "SystemStopwatch",
            "TypedGuard",
            "ValueError",
            "VarHandle",
            "Withdrawn");

    /** Files that a reader writes, and a package that looks like a file. */
    private static final Set<String> NOT_HERE = Set.of("model.json", "rules.yaml", "storage.json");

    /** Files that a build or a script leaves. */
    private static final Pattern MADE = Pattern.compile("(?:target|data)/.*");

    private record Document(Path file, String text) {

        /** What is in backticks, without the blocks. */
        List<String> spans() {
            return SPAN.matcher(BLOCK.matcher(text).replaceAll(""))
                    .results()
                    .map(span -> span.group(1))
                    .toList();
        }

        String code() {
            return BLOCK.matcher(text).results().map(MatchResult::group).collect(Collectors.joining("\n"))
                    + String.join("\n", spans());
        }

        Set<String> anchors() {
            return HEADING.matcher(BLOCK.matcher(text).replaceAll(""))
                    .results()
                    .map(heading -> heading.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\w\\- ]", "")
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
        }
    }

    private static List<Document> documents() throws IOException {
        List<Document> documents = new ArrayList<>();
        for (Path file : files(Path.of(""), 1, DocumentsTest::isDocument)) {
            documents.add(new Document(file, Files.readString(file)));
        }
        for (String folder : List.of("docs", "bench", "models", "deploy", "clients")) {
            for (Path file : files(Path.of(folder), Integer.MAX_VALUE, DocumentsTest::isDocument)) {
                documents.add(new Document(file, Files.readString(file)));
            }
        }
        assertTrue(documents.size() > 30, "documents: " + documents.size());
        return documents;
    }

    private static boolean isDocument(Path file) {
        return file.toString().endsWith(".md");
    }

    private static List<Path> files(Path folder, int depth, Predicate<Path> chosen) throws IOException {
        try (Stream<Path> walk = Files.walk(folder, depth)) {
            return walk.filter(Files::isRegularFile).filter(chosen).sorted().toList();
        }
    }

    /** The history may name what is gone. */
    private static List<Document> present() throws IOException {
        return documents().stream()
                .filter(document -> !document.file().equals(CHANGES))
                .toList();
    }

    /** Each match of a pattern that does not hold, with its document. */
    private static List<String> wrong(Document document, Pattern pattern, String text, Predicate<String> holds) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(match.groupCount()))
                .filter(holds.negate())
                .map(match -> document.file() + ": " + match)
                .distinct()
                .toList();
    }

    @Test
    void every_link_leads_to_a_file_and_to_a_heading_of_it() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Document document : documents()) {
            broken.addAll(wrong(document, LINK, document.text(), link -> leads(document, link)));
        }
        assertEquals(List.of(), broken);
    }

    private static boolean leads(Document from, String link) {
        if (link.startsWith("http")) {
            return true;
        }
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty()
                ? from.file()
                : from.file().resolveSibling(parts[0]).normalize();
        try {
            return Files.exists(file)
                    && (parts.length == 1
                            || new Document(file, Files.readString(file))
                                    .anchors()
                                    .contains(parts[1]));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void every_make_command_is_a_target() throws IOException {
        String makefile = Files.readString(Path.of("Makefile"));
        List<String> unknown = new ArrayList<>();
        for (Document document : present()) {
            unknown.addAll(wrong(document, MAKE, document.code(), target -> makefile.contains("\n" + target + ":")));
        }
        assertEquals(List.of(), unknown);
    }

    @Test
    void every_setting_and_every_variable_of_the_environment_is_read_somewhere() throws IOException {
        Set<String> settings = ConfigDefaultsTest.settings();
        Set<String> variables = settings.stream()
                .map(setting -> setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                .collect(Collectors.toSet());
        String readers = text(List.of("scripts", "bench", "clients", "src/main/java", "src/main/docker"))
                + Files.readString(Path.of("src/main/resources/application.properties"));
        List<String> unknown = new ArrayList<>();
        for (Document document : present()) {
            unknown.addAll(wrong(document, SETTING, document.text(), name -> settings.contains(name)));
            unknown.addAll(wrong(
                    document, VARIABLE, document.text(), name -> variables.contains(name) || readers.contains(name)));
        }
        assertEquals(List.of(), unknown);
    }

    private static String text(List<String> folders) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String folder : folders) {
            for (Path file : files(Path.of(folder), Integer.MAX_VALUE, DocumentsTest::isSource)) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    private static boolean isSource(Path file) {
        return file.toString().matches(".*\\.(?:java|sh|py)|.*/Dockerfile\\..*");
    }

    @Test
    void the_table_of_migrations_has_each_file_once_and_no_other() throws IOException {
        Path migrations = Path.of("src/main/resources/db/migration");
        Set<String> files = files(
                        migrations, 2, file -> file.getFileName().toString().startsWith("V"))
                .stream()
                .map(migrations::relativize)
                .map(file -> version(file) + " " + file)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = Pattern.compile("(?m)^\\| ([0-9.]+) \\| `(\\w+/V\\w+\\.sql)` \\|")
                .matcher(Files.readString(Path.of("docs/database.md")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(files, listed);
    }

    private static String version(Path migration) {
        String name = migration.getFileName().toString();
        return name.substring(1, name.indexOf("__")).replace('_', '.');
    }

    @Test
    void every_file_in_backticks_exists() throws IOException {
        List<String> missing = new ArrayList<>();
        List<String> tree = tree();
        for (Document document : present()) {
            for (String span : document.spans()) {
                if (FILE.matcher(span).matches()
                        && !NOT_HERE.contains(span)
                        && !MADE.matcher(span).matches()
                        && !exists(span, tree)) {
                    missing.add(document.file() + ": " + span);
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    private static boolean exists(String name, List<String> tree) {
        return tree.stream().anyMatch(file -> ("/" + file).endsWith("/" + name));
    }

    private static List<String> tree() throws IOException {
        List<String> tree = new ArrayList<>();
        for (String folder :
                List.of("src", "docs", "bench", "demo", "deploy", "models", "scripts", "clients", ".github")) {
            files(Path.of(folder), Integer.MAX_VALUE, file -> true).forEach(file -> tree.add(file.toString()));
        }
        files(Path.of(""), 1, file -> true).forEach(file -> tree.add(file.toString()));
        return tree;
    }

    @Test
    void every_class_in_backticks_exists() throws IOException {
        Set<String> types = new TreeSet<>(FOREIGN);
        DECLARED.matcher(text(List.of("src", "bench", "demo", "clients")))
                .results()
                .forEach(type -> types.add(type.group(1)));
        List<String> unknown = new ArrayList<>();
        for (Document document : present()) {
            document.spans().stream()
                    .map(TYPE::matcher)
                    .filter(type -> type.matches() && !types.contains(type.group(1)))
                    .forEach(type -> unknown.add(document.file() + ": " + type.group()));
        }
        assertEquals(List.of(), unknown);
    }

    @Test
    void every_metric_is_in_the_list_of_metrics_or_is_a_rule() throws IOException {
        String known = Files.readString(Path.of("docs/metrics.md"))
                + Files.readString(Path.of("deploy/monitoring/rules.yaml"))
                + "understudy_bench";
        List<String> unknown = new ArrayList<>();
        for (Document document : present()) {
            unknown.addAll(wrong(
                    document,
                    METRIC,
                    document.code(),
                    metric -> known.contains(metric.replaceAll("_(?:total|bucket|count|sum)?$", ""))));
        }
        assertEquals(List.of(), unknown);
    }

    /** What a program wrote into a document comes from the program's texts. */
    @Test
    void documents_are_in_plain_english() throws IOException {
        List<String> found = new ArrayList<>();
        for (Document document : documents()) {
            String prose = document.text().replaceAll("(?s)<!-- make \\w+ writes from here -->.*", "");
            found.addAll(wrong(document, UNPLAIN, prose, word -> false));
        }
        assertEquals(List.of(), found);
    }
}

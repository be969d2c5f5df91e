package ai.ultrathink.understudy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Checks the layers of docs/architecture.md, and the rules that a compiler does not know. */
@AnalyzeClasses(
        packages = ArchitectureTest.ROOT,
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.NotGenerated.class})
class ArchitectureTest {

    static final String ROOT = "ai.ultrathink.understudy";

    /** A line of the table of packages: its layer, and the packages of it in backticks. */
    private static final Pattern LAYER = Pattern.compile("\\| (\\d[\\d.]*|in `[a-z.]+`) \\|(( `[a-z.]+`,?)+) \\|.*");

    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

    private static final String INNER = "in ";

    /**
     * The layer of each package, as docs/architecture.md has them. A package may import packages of lower layers only, so never one
     * of its own. One that is in another is known to that one alone. What has no layer, as embedded and command, imports nothing of ours and is
     * imported by the root package alone.
     */
    private static final Map<String, String> LAYERS = layers();

    private static final Set<String> TIME_AND_RANDOMNESS = Set.of(
            "java.lang.System.nanoTime()",
            "java.lang.System.currentTimeMillis()",
            "java.lang.Math.random()",
            "java.time.Clock.systemUTC()",
            "java.time.Clock.systemDefaultZone()",
            "java.time.Instant.now()",
            "java.time.LocalDate.now()",
            "java.time.LocalDateTime.now()",
            "java.time.OffsetDateTime.now()",
            "java.time.ZonedDateTime.now()",
            "java.util.Random.<init>()",
            "java.util.UUID.randomUUID()",
            "java.util.concurrent.ThreadLocalRandom.current()");

    private static final Set<String> CONSOLE =
            Set.of("java.lang.System.out", "java.lang.System.err", "java.lang.Throwable.printStackTrace()");

    private static final DescribedPredicate<JavaClass> CONTAINER = resideInAnyPackage(
            "jakarta.enterprise..",
            "jakarta.inject..",
            "jakarta.ws.rs..",
            "org.eclipse.microprofile.health..",
            "org.jboss.resteasy.reactive..");

    /** Without the classes that the build makes of src/main/proto. */
    static final class NotGenerated implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("/oip/grpc/");
        }
    }

    @ArchTest
    static final ArchRule packages_import_only_lower_layers = classes().should(importOnlyLowerLayers());

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_edge_asks_for_time_or_randomness = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should(accessTargetWhere(describe(
                    "the target is the machine's time or randomness",
                    access -> TIME_AND_RANDOMNESS.contains(access.getTarget().getFullName()))))
            .because("time and randomness are injected, so that tests can choose them")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_edge_writes_to_the_console = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".embedded")
            .and()
            // has to have a method that gives away a logger of java.util.logging
            .areNotAssignableTo(DataSource.class)
            .should(accessTargetWhere(describe(
                    "the target is the console",
                    access -> CONSOLE.contains(access.getTarget().getFullName()))))
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..")
            .because("everything else logs through org.jboss.logging")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_inference_torch_knows_the_engine = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".inference.torch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule only_inference_onnx_knows_onnx_runtime = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".inference.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule only_trace_knows_open_telemetry = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".trace")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    @ArchTest
    static final ArchRule only_storage_knows_the_database = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".storage..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "org.flywaydb..",
                    "org.postgresql..",
                    "io.agroal..",
                    "io.vertx..sqlclient..",
                    "io.vertx..pgclient.."));

    @ArchTest
    static final ArchRule only_metrics_makes_meters = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".metrics")
            .should(accessTargetWhere(describe("the target makes a meter", ArchitectureTest::makesMeter)))
            .because("ServiceMetric declares each metric once, and docs/metrics.md is written from it");

    @ArchTest
    static final ArchRule names_say_what_a_class_is =
            noClasses().should().haveNameMatching(".*[.$a-z](Utils?|Helper|Manager|Impl|Processor|Data|Info)");

    @ArchTest
    static final ArchRule every_package_is_null_marked = classes()
            .should(ArchCondition.from(describe(
                    "lie in a package whose package-info.java says @NullMarked",
                    type -> type.getPackage().isAnnotatedWith(NullMarked.class))));

    @ArchTest
    static final ArchRule classes_are_closed_unless_the_container_subclasses_them = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotAnonymousClasses()
            .and()
            .areNotEnums()
            .and(describe("the container does not make", type -> !isMadeByTheContainer(type)))
            .should()
            .haveModifier(JavaModifier.FINAL)
            .orShould()
            .haveModifier(JavaModifier.ABSTRACT);

    @Test
    void every_package_is_in_the_table_of_packages_and_no_other() {
        Set<String> packages = new ClassFileImporter()
                        .withImportOption(new DoNotIncludeTests())
                        .withImportOption(new NotGenerated())
                        .importPackages(ROOT)
                        .stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> !Set.of(ROOT, ROOT + ".embedded", ROOT + ".command")
                                .contains(name))
                        .map(name -> name.substring(ROOT.length() + 1))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(packages, new TreeSet<>(LAYERS.keySet()));
    }

    @ArchTest
    static final ArchRule only_tests_are_named_as_tests = noClasses()
            .should()
            .haveNameMatching(".*(Test|Tests|TestCase|IT|Properties|Benchmark)")
            .because("tools that draw, measure or filter code take such classes for tests");

    @Test
    void no_two_source_files_have_the_same_name() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path sources : List.of(Path.of("src"), Path.of("demo"), Path.of("bench"))) {
            try (Stream<Path> files = Files.walk(sources)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
                        .forEach(names::add);
            }
        }

        assertTrue(names.contains("ArchitectureTest.java"));
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name -> Collections.frequency(names, name) > 1)
                        .distinct()
                        .toList());
    }

    private static boolean makesMeter(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String method = access.getTarget().getName();
        return owner.isAssignableTo(MeterRegistry.class)
                ? Set.of("counter", "gauge", "timer", "summary", "more").contains(method)
                : owner.getPackageName().equals(MeterRegistry.class.getPackageName()) && method.equals("builder");
    }

    private static ArchCondition<JavaClass> importOnlyLowerLayers() {
        return new ArchCondition<>("import only packages of lower layers") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    Optional<String> used = place(dependency.getTargetClass());
                    used.flatMap(to -> whyNot(place(type).orElseThrow(), to))
                            .ifPresent(
                                    reason -> events.add(violated(type, reason + ": " + dependency.getDescription())));
                }
            }
        };
    }

    /** Why a class of one package may not use one of another, or nothing when it may. */
    private static Optional<String> whyNot(String from, String to) {
        if (from.equals(to)) {
            return Optional.empty();
        }
        if (to.isEmpty()) {
            return Optional.of("the root package assembles the others and is used by none");
        }
        String below = LAYERS.get(to);
        if (below != null && below.startsWith(INNER)) {
            return below.equals(INNER + from)
                    ? Optional.empty()
                    : Optional.of(to + " is " + below + " and used there alone");
        }
        if (from.isEmpty()) {
            return Optional.empty();
        }
        String layer = LAYERS.getOrDefault(from, "");
        if (layer.startsWith(INNER)) {
            layer = LAYERS.getOrDefault(layer.substring(INNER.length()), "");
        }
        if (layer.isEmpty() || below == null) {
            return Optional.of("%s has no layer in docs/architecture.md".formatted(layer.isEmpty() ? from : to));
        }
        return new BigDecimal(below).compareTo(new BigDecimal(layer)) < 0
                ? Optional.empty()
                : Optional.of("%s (layer %s) may not use %s (layer %s)".formatted(from, layer, to, below));
    }

    /** The package of a class below the root package, or nothing when it is not ours. */
    private static Optional<String> place(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        if (name.equals(ROOT)) {
            return Optional.of("");
        }
        return name.startsWith(ROOT + ".") && !name.equals(ROOT + ".oip.grpc")
                ? Optional.of(name.substring(ROOT.length() + 1))
                : Optional.empty();
    }

    private static Map<String, String> layers() {
        Map<String, String> layers = new HashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("docs", "architecture.md"))) {
                Matcher row = LAYER.matcher(line);
                if (row.matches()) {
                    NAME.matcher(row.group(2))
                            .results()
                            .forEach(name ->
                                    layers.put(name.group(1), row.group(1).replace("`", "")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(layers);
    }

    /** Beans, resources, probes, producers and observers: the container may need a subclass of them. */
    private static boolean isMadeByTheContainer(JavaClass type) {
        Stream<? extends HasAnnotations<?>> members = type.getMembers().stream();
        Stream<JavaParameter> parameters =
                type.getMethods().stream().flatMap(method -> method.getParameters().stream());
        return Stream.of(Stream.of(type), members, parameters)
                .flatMap(part -> part)
                .flatMap(part -> part.getAnnotations().stream())
                .anyMatch(annotation -> CONTAINER.test(annotation.getRawType()));
    }
}

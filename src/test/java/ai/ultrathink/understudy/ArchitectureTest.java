package ai.ultrathink.understudy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullMarked;

/** Holds the code to the rows of docs/architecture.md and to the house rules that a compiler does not know. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "ai.ultrathink.understudy";

    /**
     * A package may import packages of lower rows only, so never one of its own row. What has no row, as embedded, imports
     * nothing of ours and is imported by the root package alone.
     */
    private static final Map<String, Integer> ROWS = Map.ofEntries(
            Map.entry("http", 7),
            Map.entry("health", 7),
            Map.entry("trial", 6),
            Map.entry("rollout", 6),
            Map.entry("assignment", 5),
            Map.entry("fleet", 5),
            Map.entry("guard", 5),
            Map.entry("analysis", 5),
            Map.entry("inference", 4),
            Map.entry("journal", 4),
            Map.entry("storage", 3),
            Map.entry("outcome", 2),
            Map.entry("experiment", 1),
            Map.entry("stats", 1));

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

    @ArchTest
    static final ArchRule packages_import_only_lower_rows = classes().should(importOnlyWhatTheirRowMay());

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

    private static ArchCondition<JavaClass> importOnlyWhatTheirRowMay() {
        return new ArchCondition<>("import only packages of lower rows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    place(dependency.getTargetClass())
                            .flatMap(used -> whyNot(place(type).orElseThrow(), used))
                            .ifPresent(
                                    reason -> events.add(violated(type, reason + ": " + dependency.getDescription())));
                }
            }
        };
    }

    /** Why a class at one place may not use one at another, or nothing when it may. */
    private static Optional<String> whyNot(Place from, Place to) {
        if (from.parent().equals(to.parent())) {
            return Optional.empty();
        }
        if (to.isRoot()) {
            return Optional.of("the root package assembles the others and is used by none");
        }
        if (to.isInner()) {
            return Optional.of(to.path() + " belongs to " + to.parent() + " alone");
        }
        if (from.isRoot()) {
            return Optional.empty();
        }
        Integer row = ROWS.get(from.parent());
        Integer below = ROWS.get(to.parent());
        if (row == null || below == null) {
            return Optional.of("%s has no row, here and in docs/architecture.md"
                    .formatted(row == null ? from.parent() : to.parent()));
        }
        return below < row
                ? Optional.empty()
                : Optional.of("%s (row %d) may not use %s (row %d)".formatted(from.parent(), row, to.parent(), below));
    }

    /** Where a class lies, or nothing when it is not ours. */
    private static Optional<Place> place(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        if (name.equals(ROOT)) {
            return Optional.of(new Place(""));
        }
        return name.startsWith(ROOT + ".")
                ? Optional.of(new Place(name.substring(ROOT.length() + 1)))
                : Optional.empty();
    }

    private record Place(String path) {

        boolean isRoot() {
            return path.isEmpty();
        }

        boolean isInner() {
            return path.contains(".");
        }

        String parent() {
            return isInner() ? path.substring(0, path.indexOf('.')) : path;
        }
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

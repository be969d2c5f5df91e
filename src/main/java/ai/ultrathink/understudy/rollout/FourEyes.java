package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.ApprovalKind;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.CallerNames;
import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which changes need a second person, and what is kept of one that is asked for. */
@ApplicationScoped
public class FourEyes {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    private final CatalogFollower catalog;
    private final ApprovalReports reports;
    private final boolean byDefault;
    private final Duration lasts;

    /**
     * @param fourEyes UNDERSTUDY_FOUR_EYES; absent means true where callers are known
     * @param lasts UNDERSTUDY_APPROVAL_TTL, how long there is to decide
     */
    FourEyes(
            CatalogFollower catalog,
            ApprovalReports reports,
            CallerNames names,
            @ConfigProperty(name = "understudy.four-eyes") Optional<Boolean> fourEyes,
            @ConfigProperty(name = "understudy.approval-ttl", defaultValue = "24h") Duration lasts) {
        this.catalog = catalog;
        this.reports = reports;
        this.byDefault = fourEyes.orElse(names.fromCredentials());
        this.lasts = lasts;
    }

    /**
     * Checks the settings, before anything is started.
     *
     * @throws IllegalArgumentException if one is not allowed, with a message of one line
     */
    public void check() {
        if (lasts.compareTo(SHORTEST) < 0 || lasts.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("UNDERSTUDY_APPROVAL_TTL: got \"" + lasts + "\"; allowed: from "
                    + SHORTEST.toMinutes() + "m to " + LONGEST.toDays() + "d");
        }
    }

    /** Whether an experiment that says nothing about it is under four eyes. */
    public boolean byDefault() {
        return byDefault;
    }

    private boolean over(Experiment experiment) {
        Boolean own = experiment.fourEyes();
        return own == null ? byDefault : own;
    }

    /** Makes a change with the permission that it needs. Missing if there is no such experiment; a deleted one is one. */
    Uni<EditResult> permitting(String testId, Request request, Function<Permission, Uni<EditResult>> change) {
        return known(testId)
                .chain(found -> found.map(
                                recorded -> permission(recorded, request).chain(permission -> change.apply(permission)))
                        .orElseGet(() -> Uni.createFrom().item(new EditResult.Missing(testId))));
    }

    /** The permission for a change: free, or one that asks a second person. */
    private Uni<Permission> permission(RecordedExperiment recorded, Request request) {
        return over(recorded.experiment())
                ? report(recorded)
                        .map(report -> new Permission.Ask(
                                request.kind, request.needed, request.arguments, request.actor, lasts, report))
                : Uni.createFrom().item(Permission.FREE);
    }

    /** A test that cannot be evaluated may still be asked for; the approver sees why there is no report. */
    private Uni<String> report(RecordedExperiment recorded) {
        return reports.json(recorded)
                .onFailure()
                .recoverWithItem(failure -> new JsonObject()
                        .put("problem", "the report could not be made: " + failure.getMessage())
                        .encode());
    }

    /** From the catalog, as nothing changes whether an experiment is under four eyes; one that is not there is looked up. */
    private Uni<Optional<RecordedExperiment>> known(String testId) {
        Catalog seen = catalog.current();
        Optional<Experiment> experiment = seen.find(testId);
        return experiment.isPresent()
                ? Uni.createFrom()
                        .item(experiment.map(one ->
                                new RecordedExperiment(one, seen.unreadable().get(testId), null)))
                : catalog.recorded(testId);
    }

    /**
     * What may need a second person.
     *
     * @param needed whether a change from one experiment to another does
     * @param arguments what has to be known to make the change later, as a JSON object, from the changed experiment
     * @param actor who asks
     */
    record Request(
            ApprovalKind kind,
            BiPredicate<Experiment, Experiment> needed,
            Function<Experiment, String> arguments,
            String actor) {

        /** A request that needs one in any case. */
        static Request always(ApprovalKind kind, String arguments, String actor) {
            return new Request(kind, (before, changed) -> true, changed -> arguments, actor);
        }
    }
}

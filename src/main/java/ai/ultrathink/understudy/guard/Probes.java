package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks every model in use its golden question at regular times, and each new version at once. If a treatment fails, the
 * guards of its experiments open. A control with a wrong golden answer answers no callers until the answer is right
 * again.
 */
@ApplicationScoped
public class Probes {

    private static final Logger LOG = Logger.getLogger(Probes.class);

    /** How soon a reload, a new experiment or the end of a pause is noticed. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final RolesInUse roles;
    private final ProbeTargets questions;
    private final Guards guards;
    private final Map<Variant, ProbeRules> rules = new EnumMap<>(Variant.class);
    private final TimeSource time;
    private final MeterRegistry registry;
    // both are accessed under this object's lock
    private final Map<Use, ProbedModel> probed = new TreeMap<>();
    private final Set<String> beingAsked = new HashSet<>();
    private volatile Cancellable running = () -> {};
    // control models with a wrong golden answer, and why
    private volatile Map<String, String> wrong = Map.of();

    private record Use(String model, Variant role) implements Comparable<Use> {
        @Override
        public int compareTo(Use other) {
            int byModel = model.compareTo(other.model);
            return byModel != 0 ? byModel : role.compareTo(other.role);
        }
    }

    Probes(
            RolesInUse roles,
            ProbeTargets questions,
            Guards guards,
            ProbeConfig config,
            TimeSource time,
            MeterRegistry registry) {
        this.roles = roles;
        this.questions = questions;
        this.guards = guards;
        this.time = time;
        this.registry = registry;
        for (Variant role : Variant.values()) {
            rules.put(role, ProbeRules.of(role, config));
        }
    }

    /** Starts probing. Call once; models may be loaded later. */
    public void start() {
        running = Multi.createFrom()
                .ticks()
                .every(LOOK_EVERY)
                .onOverflow()
                .drop()
                .subscribe()
                .with(tick -> lookSafely(), failure -> LOG.error("models are no longer probed", failure));
    }

    /** The status of each model in use, by name. */
    public synchronized List<ProbeStatus> status() {
        return probed.values().stream().map(ProbedModel::status).toList();
    }

    /** Why a model must not answer callers, because its golden answer is wrong. Called for every request. */
    public Optional<String> wrong(String model) {
        return Optional.ofNullable(wrong.get(model));
    }

    private void noteWrong() {
        Map<String, String> now = new HashMap<>();
        probed.forEach((use, model) -> {
            String reason = model.wrong();
            if (use.role == Variant.CONTROL && reason != null) {
                now.put(use.model, reason);
            }
        });
        wrong = Map.copyOf(now);
    }

    /** Probes without throwing, because a task that throws is not called again. */
    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("models could not be probed; this is a bug, please report it", e);
        }
    }

    /** Probes the models that are due. A model gets one probe at a time. */
    synchronized void look() {
        Map<String, Instant> loaded = questions.loaded();
        Set<Use> inUse = inUse(loaded.keySet());
        if (probed.entrySet().removeIf(entry -> !inUse.contains(entry.getKey()) && forget(entry.getValue()))) {
            noteWrong();
        }
        long nowNanos = time.nanoTime();
        for (Use use : inUse) {
            ProbedModel model = probed.computeIfAbsent(use, this::unknown);
            Instant version = Objects.requireNonNull(loaded.get(use.model));
            if (model.due(version, nowNanos) && beingAsked.add(use.model)) {
                model.asked(version, nowNanos, questions.answered(use.model, use.role));
                ask(use, model);
            }
        }
    }

    private Set<Use> inUse(Set<String> loaded) {
        Set<Use> inUse = new TreeSet<>();
        roles.controls().forEach(model -> inUse.add(new Use(model, Variant.CONTROL)));
        roles.treatments().forEach(model -> inUse.add(new Use(model, Variant.TREATMENT)));
        // a model that is not loaded is not probed: /api/v1/models reports it
        inUse.removeIf(use -> !loaded.contains(use.model));
        return inUse;
    }

    private ProbedModel unknown(Use use) {
        return new ProbedModel(use.model, use.role, Objects.requireNonNull(rules.get(use.role)), registry);
    }

    private boolean forget(ProbedModel model) {
        model.forget();
        if (model.role() == Variant.TREATMENT) {
            guards.release(model.model());
        }
        return true;
    }

    private void ask(Use use, ProbedModel model) {
        questions
                .ask(use.model, use.role, model.deadline())
                .onFailure()
                .recoverWithItem(failure -> new Outcome.Failed(String.valueOf(failure.getMessage())))
                .subscribe()
                .with(outcome -> learned(use, model, outcome));
    }

    private synchronized void learned(Use use, ProbedModel model, Outcome outcome) {
        beingAsked.remove(use.model);
        if (!model.equals(probed.get(use))) {
            return;
        }
        String before = model.status().failing();
        String now = model.learn(outcome, time.nanoTime(), questions.answered(use.model, use.role))
                .failing();
        noteWrong();
        if (use.role == Variant.TREATMENT) {
            obey(use.model, now);
        }
        if (now != null && before == null) {
            LOG.warnf("model %s fails its probe as %s: %s", use.model, use.role.wireName(), now);
        } else if (now == null && before != null) {
            LOG.infof("model %s passes its probe as %s again", use.model, use.role.wireName());
        }
    }

    private void obey(String treatment, @Nullable String failing) {
        if (failing == null) {
            guards.release(treatment);
        } else {
            guards.hold(treatment, "the probe of model " + treatment + " fails: " + failing);
        }
    }

    @PreDestroy
    void stop() {
        running.cancel();
    }
}

package ai.ultrathink.understudy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The service's own metrics. Each meter is registered here, which checks its labels, and docs/metrics.md is written from here. The
 * meanings are Markdown.
 */
public enum ServiceMetric {
    PREDICTIONS(
            Section.PREDICTIONS,
            Type.COUNTER,
            "understudy.predictions",
            "predictions",
            "test, group, served_by, outcome, fallback",
            """
            Requests that reached a model. `group` is what the unit drew, or `none` where no experiment applied; `served_by`
            is the model whose answer the caller got, or `none` with `outcome="unavailable"`, when control gave no answer;
            `fallback` is why control answered for the treatment, or `none`"""),
    PREDICTIONS_IN_FLIGHT(Section.PREDICTIONS, Type.GAUGE, "understudy.predictions.inflight", "predictions", "", """
            Admitted and not answered yet"""),
    PREDICTIONS_REFUSED(Section.PREDICTIONS, Type.COUNTER, "understudy.predictions.refused", "predictions", "", """
            Answered 503 at once because `understudy.trial.max-in-flight` others were being answered"""),
    PREDICTIONS_ABANDONED(
            Section.PREDICTIONS, Type.COUNTER, "understudy.predictions.abandoned", "predictions", "", """
            Admitted, and the caller closed the connection or reset the stream before the answer. They are answered,
            recorded and counted like all others, and keep their place until then"""),
    SHADOW_SHED(Section.PREDICTIONS, Type.COUNTER, "understudy.shadow.shed", "predictions", "test, reason", """
            Shadows whose treatment did not run. `overload`: more than `understudy.trial.max-in-flight-with-shadow`
            predictions were in flight; `queue_full`: the treatment cannot keep up, or it waited too long for a thread; `cancelled`: it was waiting when its
            experiment was disabled; `guard_open`, `test_disabled`, `fenced`: as in `fallback`"""),
    MODEL_LATENCY(Section.PREDICTIONS, Type.TIMER, "understudy.model.latency", "seconds", "test, model, role", """
            Forward passes that answered; the wait for a thread is not in it
            ([why](adr/0003-latency-is-the-forward-pass.md)). Each request in a batch counts with the batch's time. `model`
            is the model that ran, after a promotion the promoted one"""),
    MODEL_FAILURES(
            Section.PREDICTIONS,
            Type.COUNTER,
            "understudy.model.failures",
            "predictions",
            "test, model, role, reason",
            """
            A model gave no answer: `timeout`, `queued` (its deadline passed because it waited for other requests, which
            says nothing about the model), `rejected` (its queue was full or too long for the deadline, or it was taken
            away), `error` (it threw, or is not loaded), `invalid` (wrong shape, not finite, does not sum to 1)"""),
    MODEL_INFO(Section.PREDICTIONS, Type.GAUGE, "understudy.model.info", "1", "model, version, digest", """
            The version of each model that answers on this replica: what its card calls it, and the first 12 digits of its
            SHA-256"""),
    AGREEMENT(Section.PREDICTIONS, Type.COUNTER, "understudy.agreement", "predictions", "test, match", """
            Requests that both models answered, of a shadow and of the pairs of a split; `match` is `true` where both chose
            the same action"""),
    PAIRS(Section.PREDICTIONS, Type.COUNTER, "understudy.pairs", "predictions", "test, result", """
            Requests of a split that were drawn to be answered by both models ([why](adr/0014-pairs.md)). `paired`: both
            answered; `control_failed`, `treatment_failed`, `both_failed`: both were asked; `shed`: the second model was
            left out, or was not reached, for want of capacity; `withheld`: the treatment may not be used now, or its guard
            tries it with requests of its own. What a second model does is in no other figure of its arm"""),
    CONFIDENCE(Section.PREDICTIONS, Type.SUMMARY, "understudy.confidence.percent", "percent", "test, role", """
            The probability of the action that a model chose. In a shadow of both models, where both answered; in a split of
            the model that the request drew, where it answered"""),
    SPLIT_EXPECTED(Section.PREDICTIONS, Type.COUNTER, "understudy.split.expected", "predictions", "test", """
            What treatment should have drawn: the sum of the split in force at each request of a split. The difference to
            `understudy_predictions_total{group="treatment"}` is the deviation, over any window, also across changes of the
            split"""),
    NOISE(Section.PREDICTIONS, Type.COUNTER, "understudy.noise", "predictions", "test, match", """
            Shadow requests that control answered twice (`understudy.trial.noise-fraction`); `match` is `true` where it
            chose the same action both times"""),
    TALLIES_FAILED(Section.PREDICTIONS, Type.COUNTER, "understudy.tallies.failed", "attempts, requests", "reason", """
            Assignments that were counted and could not be stored. `away` (the database gave no answer) and `refused` (by
            the database) are attempts, made good by the next one two seconds later; `full` are requests that were not
            counted, because 10,000 configurations were"""),
    SPLIT_CONFIGURED(Section.PREDICTIONS, Type.GAUGE, "understudy.split.configured", "fraction", "test", """
            The split in force at this replica's last request under the experiment"""),
    SPLIT_SEEN(Section.PREDICTIONS, Type.GAUGE, "understudy.split.seen", "fraction", "test", """
            Share of requests that drew treatment on this replica since the experiment was last changed; NaN before the
            first"""),
    WORKER_UP(Section.WORKER, Type.GAUGE, "understudy.worker.up", "0 or 1", "", """
            1 while the worker answers; 0 while it is started or waits for its next start, and treatments fail"""),
    WORKER_MEMORY(Section.WORKER, Type.GAUGE, "understudy.worker.memory.bytes", "bytes", "", """
            Memory that the worker has in use; NaN while none answers or the system does not tell. Above
            `understudy.treatment.max-memory` it is ended and started again"""),
    WORKER_STARTS(Section.WORKER, Type.COUNTER, "understudy.worker.starts", "starts", "", """
            Workers that were started"""),
    WORKER_DEATHS(Section.WORKER, Type.COUNTER, "understudy.worker.deaths", "deaths", "cause", """
            Workers that ended while the service ran. `cause` is a signal (`sigsegv`, `sigfpe`, `sigkill`, …), `hang`,
            `memory`, `loading` (a version took too long to load), `exit`, `socket`, or `start` (it could not be started)"""),
    WORKER_FAILURES(Section.WORKER, Type.COUNTER, "understudy.worker.failures", "predictions", "model, reason", """
            Calls of a treatment that failed because of the worker, not by the model's answer. `died`: it ended while they were
            in flight; `away`: no worker answered, or it could not load the version again; `out_of_use`: the version had ended
            it too often; `quarantined`: their features had been in flight at two deaths"""),
    REMOTE_CALLS(Section.REMOTE, Type.TIMER, "understudy.remote.calls", "seconds", "model", """
            Passes that a server answered, from the first byte of the request to the last of the reply: the network's time, the
            server's and the model's. `latency_ms` of each row in the pass is the same time"""),
    REMOTE_CONNECT(Section.REMOTE, Type.TIMER, "understudy.remote.connect", "seconds", "model", """
            The part of `understudy_remote_calls_seconds` that passed until there was a connection: nearly nothing while one is open
            and free"""),
    REMOTE_SERVER(Section.REMOTE, Type.TIMER, "understudy.remote.server", "seconds", "model", """
            The part of `understudy_remote_calls_seconds` that the server itself says it took, in `Server-Timing` or
            `x-envoy-upstream-service-time`; the rest is the network's. Nothing if the server does not say so"""),
    REMOTE_FAILURES(Section.REMOTE, Type.COUNTER, "understudy.remote.failures", "predictions", "model, reason", """
            Calls of a model on a server that failed. `connect`: no connection; `closed`: the connection ended before the
            reply was complete; `timeout`: the deadline passed; `status`: the server refused; `invalid`: the reply is not what
            was asked for; `changed`: another model or version answered"""),
    JOURNAL_PENDING(Section.JOURNAL, Type.GAUGE, "understudy.journal.pending", "entries", "", """
            Taken and not yet in the database; a shadow makes two. Grows while the database is away"""),
    JOURNAL_BYTES(Section.JOURNAL, Type.GAUGE, "understudy.journal.bytes", "bytes", "", """
            What the journal's files take on disk"""),
    JOURNAL_LIMIT(Section.JOURNAL, Type.GAUGE, "understudy.journal.limit", "bytes", "", """
            What they may take (`understudy.journal.max-size`)"""),
    JOURNAL_TORN(Section.JOURNAL, Type.GAUGE, "understudy.journal.torn", "entries", "", """
            Missing, damaged or unfinished when the journal was opened: after a crash of the machine, or because a file of
            it was cut, overwritten or removed. The log says which numbers and files"""),
    JOURNAL_DEGRADED(Section.JOURNAL, Type.GAUGE, "understudy.journal.degraded", "0 or 1", "", """
            1 while there is no log on disk or it cannot be written, or not as fast as entries come, and they are kept in
            memory, where a crash loses them. Ends by itself when the disk is back"""),
    JOURNAL_WRITTEN(Section.JOURNAL, Type.COUNTER, "understudy.journal.written", "rows", "", """
            Stored in `ab_test_results`"""),
    JOURNAL_REFUSED(Section.JOURNAL, Type.COUNTER, "understudy.journal.refused", "rows", "test, reason", """
            Not kept, although their predictions were answered: each answered request of an experiment is either stored or
            counted here. `full`: the journal's bound or the disk's; `io_error`: the disk fails or hangs, and the memory that
            stands in for it is full; `too_large`: for a segment; `closed`: during the shutdown. `unreadable` and `invalid`
            were kept, and then could not be read back, or were refused by the database"""),
    JOURNAL_OUTCOMES_REFUSED(
            Section.JOURNAL, Type.COUNTER, "understudy.journal.outcomes.refused", "outcomes", "test, reason", """
            Of the second model of a shadow or a pair, not kept for one of these reasons, although the row was: it is stored
            without the outcome"""),
    OUTCOMES(Section.OUTCOMES, Type.COUNTER, "understudy.outcomes", "outcomes", "result", """
            Realised outcomes that callers sent. `accepted`: stored, and their prediction is known, or they are of a symbol;
            `waiting`: stored, and no prediction of an experiment with an outcome plan is known yet; `duplicate`: known already,
            or of a lower revision; `rejected`: senseless, observed before the prediction, or beyond
            `understudy.outcomes.max-waiting`; `dropped`: had waited for `understudy.outcomes.wait-at-most`"""),
    CATALOG_AGE(Section.CATALOG, Type.GAUGE, "understudy.catalog.age.seconds", "seconds", "", """
            Since the database was last heard to say how the experiments are configured; NaN before the first time"""),
    CATALOG_UNREADABLE(Section.CATALOG, Type.GAUGE, "understudy.catalog.unreadable", "experiments", "", """
            Experiments that are out of use because their rows in `ab_test_configs` make no sense; readiness and the log
            name them"""),
    CATALOG_FENCED(Section.CATALOG, Type.GAUGE, "understudy.catalog.fenced", "0 or 1", "", """
            1 while the database has been silent for longer than `understudy.catalog.fence-after`: control answers for every
            experiment"""),
    MODEL_VERSION_SKEW(Section.FLEET, Type.GAUGE, "understudy.model.version.skew", "0 or 1", "model", """
            1 while a replica that is alive has a model of that name and does not serve the version that every replica
            should serve. Each replica exports this for all of them, as it heard it last; `GET /api/v1/models` says which
            replica and why"""),
    BUILD_INFO(Section.FLEET, Type.GAUGE, "understudy.build.info", "1", "version, runtime", """
            1. What this replica is: its `version`, and as `runtime` the release of the JVM, such as `25.0.1`, or `native`"""),
    FLEET_REPLICAS(Section.FLEET, Type.GAUGE, "understudy.fleet.replicas", "replicas", "", """
            Alive on this database, this one among them: heard within `understudy.fleet.alive-within`"""),
    GUARD_STATE(Section.GUARD, Type.GAUGE, "understudy.guard.state", "state", "test", """
            0 closed, 1 half-open, 2 open: control answers. Appears with the experiment's first request on this replica;
            each replica has guards of its own"""),
    GUARD_TRANSITIONS(Section.GUARD, Type.COUNTER, "understudy.guard.transitions", "changes", "test, to", """
            Changes of that state; `to` is `closed`, `half_open` or `open`. The audit trail has only the first opening and
            the closing"""),
    PROBE_FAILING(Section.GUARD, Type.GAUGE, "understudy.probe.failing", "0 or 1", "model, role", """
            1 while a model in use gives no or a wrong answer to its golden question. A treatment's guards are open; a
            control with a wrong answer is not asked, and its requests get 503"""),
    PROBE_RESULTS(Section.GUARD, Type.COUNTER, "understudy.probe.results", "probes", "model, role, result", """
            `answered`, or why not: `timeout`, `rejected` (the queue was full, a thread is stuck in the model, or it was
            reloaded meanwhile), `error`, `invalid` (a wrong answer)"""),
    AUDIT_DROPPED(Section.GUARD, Type.COUNTER, "understudy.audit.dropped", "events", "test, reason", """
            What a replica did by itself and the audit trail does not have: `full` (too many wait for the database),
            `refused` (by the database), `closed` (the process ended before the database came back). The log has each"""),
    ROLLOUT_LEADER(Section.ROLLOUT, Type.GAUGE, "understudy.rollout.leader", "0 or 1", "", """
            1 on the replica that evaluates the running experiments. The sum over all replicas is 1, and for some seconds
            after the leader's end 0"""),
    EVALUATIONS(Section.ROLLOUT, Type.COUNTER, "understudy.evaluations", "evaluations", "result", """
            `judged`, or `failed`: the evidence could not be read, or not within `understudy.rollout.evidence-timeout`, and
            nothing was done"""),
    VERDICT(Section.ROLLOUT, Type.GAUGE, "understudy.verdict", "verdict", "test", """
            0 insufficient data, 1 keep running, 2 promote, 3 roll back"""),
    GUARDRAIL_STATE(Section.ROLLOUT, Type.GAUGE, "understudy.guardrail.state", "state", "test, guardrail", """
            0 undecided, 1 passed, 2 breached; `guardrail` is `agreement`, `p95_latency_delta_ms`, `confidence_delta`,
            `split_deviation`, `error_rate_delta` or, with an outcome plan, `outcome_delta`"""),
    GUARDRAIL_ESTIMATE(
            Section.ROLLOUT, Type.GAUGE, "understudy.guardrail.estimate", "that of the limit", "test, guardrail", """
            What the guardrail compares with its limit; NaN without data"""),
    GUARDRAIL_LOG_E(Section.ROLLOUT, Type.GAUGE, "understudy.guardrail.log.e", "nats", "test, guardrail", """
            Natural logarithm of the e-value. A breach needs at least ln(5 / alpha), which is 6.2 for an alpha of 0.01, and
            an estimate beyond the limit. NaN without data, and where the confidence sequence alone decides"""),
    HISTORY_POINTS(Section.ROLLOUT, Type.COUNTER, "understudy.history.points", "points", "result", """
            What evaluations found, kept for `GET /{test_id}/history`. `kept`; `failed`: the database did not take it;
            `left_out`: the points before were still on their way. After either, the next evaluation is kept instead"""),
    OUTCOME_COVERAGE(Section.ROLLOUT, Type.GAUGE, "understudy.outcome.coverage", "fraction", "test, of", """
            Of an experiment with an outcome plan: the fraction of the decisions of closed blocks that have a realised outcome, of
            `agreeing` and of `disagreeing` decisions. Below 0.95 nothing is decided about outcomes. NaN without decisions"""),
    OUTCOME_DELTA_BOUND(Section.ROLLOUT, Type.GAUGE, "understudy.outcome.delta.bound", "fraction", "test, end", """
            Of an experiment with an outcome plan: the `lower` and the `upper` end of the confidence sequence of the mean
            difference of earnings per block, whose estimate is `understudy_guardrail_estimate`. NaN where an end is open"""),
    ROLLBACKS(Section.ROLLOUT, Type.COUNTER, "understudy.rollbacks", "rollbacks", "test", """
            Times that this replica disabled the experiment by itself: for a guardrail, or because a model changed and the
            experiment is pinned or has `on_model_change` `roll_back`. Each replica counts those of the second kind that it
            did; it need not lead"""),
    RAMP_STEP(Section.ROLLOUT, Type.GAUGE, "understudy.ramp.step", "step", "test", """
            The step that a ramp is at, from 1; 0 during its rehearsal. Only while a ramp goes on"""),
    RAMP_STATE(Section.ROLLOUT, Type.GAUGE, "understudy.ramp.state", "state", "test", """
            0 it goes on by itself, 1 it awaits approval, 2 it is paused"""),
    NOTICES(Section.NOTICES, Type.COUNTER, "understudy.notices", "notices", "destination, result", """
            What this replica made of notices. `sent`: the receiver has it; `left_out`: the destination does not get notices of
            this kind; `failed`: to be sent again; `dead`: given up"""),
    NOTICES_WAITING(Section.NOTICES, Type.GAUGE, "understudy.notices.waiting", "notices", "destination", """
            To be sent, by any replica. Each replica exports this for all of them, as the database has it"""),
    NOTICES_DEAD(Section.NOTICES, Type.GAUGE, "understudy.notices.dead", "notices", "destination", """
            Given up and kept, until they are sent again or removed by hand"""),
    NOTICES_LAG(Section.NOTICES, Type.GAUGE, "understudy.notices.lag.seconds", "seconds", "destination", """
            Age of the oldest notice that waits; 0 if none does"""),
    ACCESS_REFUSED(Section.ACCESS, Type.COUNTER, "understudy.access.refused", "requests", "reason", """
            Requests that were refused because of their caller: `no_token`, `bad_token` (a token that is not known or not
            valid), `provider_away` (503: the identity provider is away, and the key of the token is not known), `role` (the
            token has not the role), `site` (a change that the page of another site sends, or a host name that is not the
            service's), `too_many` (429: more requests of a caller than the bound), `too_many_bad` (429: more bad
            credentials from an address than the bound)"""),
    CONNECTIONS_CLOSED(Section.ACCESS, Type.COUNTER, "understudy.connections.closed", "connections", "reason", """
            Connections that were closed because of their number: `peer` (one address has
            `understudy.http.max-connections-per-peer` of one port), `pipelined` (128 requests of one connection wait)"""),
    CHANGE_STREAMS(Section.ACCESS, Type.GAUGE, "understudy.change.streams", "streams", "", """
            Open streams of `GET /api/v1/overview/changes`: consoles that are looked at"""),
    CHANGE_STREAMS_DROPPED(Section.ACCESS, Type.COUNTER, "understudy.change.streams.dropped", "streams", "reason", """
            Streams of changes that a caller asked for and did not keep: `refused` (503: `understudy.changes.max-streams` were
            open, or the service was stopping; the console polls instead), `slow` (16 events waited for the caller)""");

    /** The tables of docs/metrics.md. */
    enum Section {
        PREDICTIONS,
        WORKER,
        REMOTE,
        JOURNAL,
        OUTCOMES,
        CATALOG,
        FLEET,
        GUARD,
        ROLLOUT,
        NOTICES,
        ACCESS
    }

    /** What kind of meter it is. */
    enum Type {
        COUNTER,
        GAUGE,
        TIMER,
        SUMMARY
    }

    private final Section section;
    private final Type type;
    private final String meterName;
    private final String unit;
    private final String labels;
    private final String meaning;
    private final String help;

    ServiceMetric(Section section, Type type, String meterName, String unit, String labels, String meaning) {
        this.section = section;
        this.type = type;
        this.meterName = meterName;
        this.unit = unit;
        this.labels = labels;
        this.meaning = meaning.replace('\n', ' ');
        this.help = plain(this.meaning);
    }

    /**
     * Registers a counter, or finds it.
     *
     * @param tags pairs of names and values
     */
    public Counter counter(MeterRegistry registry, String... tags) {
        return counter(registry, Tags.of(tags));
    }

    /** Registers a counter, or finds it. */
    public Counter counter(MeterRegistry registry, Tags tags) {
        return Counter.builder(checked(Type.COUNTER))
                .description(help)
                .tags(checked(tags))
                .register(registry);
    }

    /**
     * Registers a gauge without labels.
     *
     * @param value asked at each scrape
     */
    public <T> Gauge gauge(MeterRegistry registry, T of, ToDoubleFunction<T> value) {
        return gauge(registry, Tags.empty(), of, value);
    }

    /**
     * Registers a gauge.
     *
     * @param of kept from the garbage collector as long as the gauge is registered
     * @param value asked at each scrape
     */
    public <T> Gauge gauge(MeterRegistry registry, Tags tags, T of, ToDoubleFunction<T> value) {
        return Gauge.builder(checked(Type.GAUGE), of, value)
                .description(help)
                .tags(checked(tags))
                .strongReference(true)
                .register(registry);
    }

    /** A gauge whose series come and go together; its rows are made by {@link #row}. */
    public MultiGauge gauges(MeterRegistry registry) {
        return MultiGauge.builder(checked(Type.GAUGE)).description(help).register(registry);
    }

    /** A series of {@link #gauges}. */
    public MultiGauge.Row<?> row(Tags tags, Number value) {
        return MultiGauge.Row.of(checked(tags), value);
    }

    /**
     * Registers a timer, or finds it.
     *
     * @param bounds of the buckets
     */
    public Timer timer(MeterRegistry registry, Tags tags, Duration... bounds) {
        return Timer.builder(checked(Type.TIMER))
                .description(help)
                .tags(checked(tags))
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    /**
     * Registers a summary, or finds it.
     *
     * @param bounds of the buckets, in the unit of what is recorded
     */
    public DistributionSummary summary(MeterRegistry registry, Tags tags, double... bounds) {
        return DistributionSummary.builder(checked(Type.SUMMARY))
                .description(help)
                .tags(checked(tags))
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private String checked(Type asked) {
        if (asked != type) {
            throw new IllegalArgumentException(meterName + " is a " + type + ", not a " + asked);
        }
        return meterName;
    }

    private Tags checked(Tags tags) {
        Set<String> given = tags.stream().map(Tag::getKey).collect(Collectors.toSet());
        if (!given.equals(Set.copyOf(labels()))) {
            throw new IllegalArgumentException("%s has the labels [%s], got %s".formatted(meterName, labels, given));
        }
        return tags;
    }

    /** The first sentence without its Markdown, for Prometheus. */
    private static String plain(String markdown) {
        String sentence = markdown.split("\\. ", 2)[0];
        return sentence.replaceAll(" \\(\\[[^]]*]\\([^)]*\\)\\)", "").replace("`", "");
    }

    Section section() {
        return section;
    }

    Type type() {
        return type;
    }

    /** The name in Micrometer, with dots. */
    String meterName() {
        return meterName;
    }

    String unit() {
        return unit;
    }

    /** In Markdown, without a full stop at its end. */
    String meaning() {
        return meaning;
    }

    /** In the order in which the documentation lists them. */
    List<String> labels() {
        return labels.isEmpty() ? List.of() : List.of(labels.split(", "));
    }
}

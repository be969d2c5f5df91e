package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A model name with its two role queues. The version behind the name may be swapped while requests run. */
final class Model implements Predictor {

    private static final int WARM_UP_CALLS = 20;
    private static final Duration WARM_UP_DEADLINE = Duration.ofSeconds(10);

    private final String name;
    private final InferencePool pool;
    private final QueueServer treatments;
    private final TimeSource time;
    private final RoleQueue control;
    private final RoleQueue treatment;
    private volatile LoadedModel current;
    private volatile boolean retired;

    /**
     * @param pool runs the model as control
     * @param treatments runs it as a treatment: the same pool, or a worker
     */
    Model(
            String name,
            LoadedModel loaded,
            InferencePool pool,
            QueueServer treatments,
            int queueCapacity,
            TimeSource time) {
        this.name = name;
        this.current = loaded;
        this.pool = pool;
        this.treatments = treatments;
        this.time = time;
        this.control = new RoleQueue(this, Variant.CONTROL, queueCapacity);
        this.treatment = new RoleQueue(this, Variant.TREATMENT, queueCapacity);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ModelVersion loaded() {
        return current.version();
    }

    /** What the version that is loaded now takes and answers. */
    ModelSignature signature() {
        return ModelSignature.of(current);
    }

    @Override
    public int inputSize() {
        return current.card().inputSize();
    }

    @Override
    public Actions actions() {
        return current.actions();
    }

    @Override
    public Uni<Outcome> predict(Features features, Variant role, Duration deadline, CallWatch watch) {
        return Uni.createFrom().emitter(emitter -> {
            PendingCall call = new PendingCall(features, time.nanoTime(), deadline.toNanos(), watch, emitter);
            RoleQueue queue = role == Variant.CONTROL ? control : treatment;
            if (queue.tooLateFor(deadline.toNanos())) {
                call.end(new Outcome.Rejected("more requests wait for model " + name + " than it answers within "
                        + deadline.toMillis() + " ms"));
            } else if (queue.offer(call)) {
                wake(queue);
            } else {
                call.end(new Outcome.Rejected("the queue of model " + name + " is full"));
            }
        });
    }

    /** Gives a queue that has work to what serves the present version. */
    void wake(RoleQueue queue) {
        RemoteArm arm = current.arm();
        if (arm != null) {
            arm.wake(queue);
        } else {
            (queue.role() == Variant.CONTROL ? pool : treatments).wake(queue);
        }
    }

    long answered(Variant role) {
        return (role == Variant.CONTROL ? control : treatment).answered();
    }

    LoadedModel current() {
        return current;
    }

    /** Acquires the loaded version, which the caller must release; null if the model was removed. */
    @Nullable LoadedModel acquire() {
        LoadedModel loaded = current;
        while (!loaded.acquire()) {
            LoadedModel next = current;
            if (next == loaded) {
                return null;
            }
            loaded = next;
        }
        return loaded;
    }

    /** Swaps the version. Queued requests run in the new one; requests that are running finish in the old one. */
    void swap(LoadedModel next) {
        LoadedModel previous = current;
        current = next;
        pool.freeQueues(this);
        previous.release();
    }

    /** Whether a thread is stuck in the present version. */
    boolean stuck() {
        return pool.stuckIn(current);
    }

    /** Runs the golden question on a thread to warm it up. */
    void warmUp(TorchThread torch) {
        LoadedModel loaded = acquire();
        if (loaded != null) {
            try {
                if (loaded.arm() == null) {
                    loaded.askGolden(torch);
                }
            } finally {
                loaded.release();
            }
        }
    }

    /**
     * Sends warm-up requests in both roles, so that the first caller does not wait for classes to load. Stops if the
     * model does not answer.
     */
    void warmUp() {
        Features golden = Features.of(current.card().golden().inputArray());
        int calls = current.arm() == null ? WARM_UP_CALLS : 1;
        for (Variant role : Variant.values()) {
            for (int i = 0; i < calls; i++) {
                Outcome outcome =
                        predict(golden, role, WARM_UP_DEADLINE).await().atMost(WARM_UP_DEADLINE.multipliedBy(2));
                if (!(outcome instanceof Outcome.Answered)) {
                    return;
                }
            }
        }
    }

    /** Removes the model: waiting calls are rejected. */
    void retire() {
        retired = true;
        current.release();
    }

    /** Whether the model is retired and no calls wait for it. */
    boolean over() {
        return retired && control.idle() && treatment.idle();
    }

    /** Ends every call whose deadline has passed. */
    void expire(long nowNanos) {
        control.expire(nowNanos);
        treatment.expire(nowNanos);
    }
}

package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class BatchingTrialTest {

    private static final float[] GOLDEN = {0.25f};

    private final ManualTime time = new ManualTime();
    private final TorchThread torch = TorchThread.prepareCurrent();

    @AfterEach
    void close() {
        torch.close();
    }

    @Test
    void bits_that_never_change_allow_the_largest_batch() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork();

        assertEquals(new Batching(8, 64, null), trial(network, 64));
        assertEquals(64, Collections.max(network.batches()));
    }

    @Test
    void a_largest_batch_that_is_no_whole_block_is_padded_to_one() throws ModelRefusedException {
        assertEquals(new Batching(8, 24, null), trial(new FakeNetwork(), 20));
    }

    @Test
    void a_service_without_batches_asks_for_single_rows_only() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork();

        assertEquals(1, trial(network, 1).most());
        assertEquals(1, Collections.max(network.batches()));
    }

    @Test
    void sizes_that_change_the_last_bits_are_not_used() throws ModelRefusedException {
        Batching found = trial(roundingIn(rows -> rows > 24), 64);

        assertEquals(
                new Batching(8, 24, "a batch of 32 changes the last bits of its answers on this processor"), found);
        assertEquals("blocks of 24", found.describe());
    }

    @Test
    void blocks_of_sixteen_are_used_where_they_allow_larger_batches() throws ModelRefusedException {
        assertEquals(new Batching(16, 64, null), trial(roundingIn(rows -> rows % 16 != 0), 64));
    }

    @Test
    void one_place_of_a_block_whose_bits_change_is_enough_for_row_by_row() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                float[] answers = first.clone();
                if (first.length >= 8) {
                    answers[5] = Math.nextUp(answers[5]);
                }
                return echo(answers);
            }
        };

        assertEquals(
                Batching.rowByRow("a batch changes the last bits of its answers on this processor"),
                trial(network, 64));
    }

    @Test
    void rows_that_change_each_other_run_alone() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                float[] answers = first.clone();
                answers[0] += first[first.length - 1] - first[0];
                return echo(answers);
            }
        };

        assertEquals(Batching.rowByRow("the answer to a row depends on the rows next to it"), trial(network, 64));
    }

    @Test
    void a_network_that_fails_in_company_runs_alone() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                if (first.length > 1) {
                    throw new IllegalStateException("one row, please");
                }
                return echo(first);
            }
        };

        assertEquals(Batching.rowByRow("a batch of several rows fails: one row, please"), trial(network, 64));
        assertEquals(2, Collections.max(network.batches()), "what fails with two is not asked for more");
    }

    @Test
    void what_its_file_forbids_is_not_tried() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork() {
            @Override
            public Optional<String> onlyOneRow() {
                return Optional.of("it says so");
            }
        };

        assertEquals(Batching.rowByRow("it says so"), trial(network, 64));
        assertEquals(1, Collections.max(network.batches()));
    }

    @Test
    void a_network_that_answers_the_same_row_differently_is_refused() {
        AtomicInteger calls = new AtomicInteger();
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                return echo(new float[] {calls.incrementAndGet() / 1024f});
            }
        };

        ModelRefusedException refused = assertThrows(ModelRefusedException.class, () -> trial(network, 64));
        assertTrue(String.valueOf(refused.getMessage()).contains("eval()"), refused.getMessage());
    }

    @Test
    void a_network_whose_last_bits_change_from_call_to_call_runs_alone() throws ModelRefusedException {
        AtomicInteger calls = new AtomicInteger();
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                return echo(new float[] {calls.incrementAndGet() % 2 == 0 ? first[0] : Math.nextUp(first[0])});
            }
        };

        assertEquals(
                Batching.rowByRow("the last bits of its answers change from call to call on this processor"),
                trial(network, 64));
    }

    @Test
    void a_slow_network_is_tried_for_two_seconds_and_runs_in_the_sizes_that_were_tried() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                time.advance(Duration.ofMillis(25));
                return echo(first);
            }
        };

        Batching found = trial(network, 64);

        assertTrue(found.most() >= 8 && found.most() < 64, found.toString());
        assertTrue(String.valueOf(found.note()).contains("were not tried"), found.toString());
    }

    @Test
    void a_network_that_answers_its_golden_row_alone_runs_row_by_row() throws ModelRefusedException {
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                for (float value : first) {
                    if (value != GOLDEN[0]) {
                        throw new IllegalStateException("unknown");
                    }
                }
                return echo(first);
            }
        };

        assertEquals(1, trial(network, 64).most());
    }

    private Batching trial(FakeNetwork network, int maxRows) throws ModelRefusedException {
        return new BatchingTrial(network, torch, 3, maxRows, time).run(GOLDEN);
    }

    /** A network whose last bits change in passes of certain sizes. */
    private static FakeNetwork roundingIn(IntPredicate sizes) {
        return new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                float[] answers = first.clone();
                if (sizes.test(first.length)) {
                    answers[first.length / 2] = Math.nextUp(answers[first.length / 2]);
                }
                return echo(answers);
            }
        };
    }
}

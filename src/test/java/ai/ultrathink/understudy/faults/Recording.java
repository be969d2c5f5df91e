package ai.ultrathink.understudy.faults;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that a load was answered, in the order in which it asked. */
record Recording(Ask ask, List<TimedAnswer> answers) {

    private static final double NANOS_PER_MILLI = 1e6;

    Recording {
        answers = List.copyOf(answers);
    }

    int size() {
        return answers.size();
    }

    /** How many were not answered with 200. */
    long failed() {
        return count(answer -> !answer.ok());
    }

    long count(Predicate<TimedAnswer> which) {
        return answers.stream().filter(which).count();
    }

    long servedBy(String variant) {
        return count(answer -> answer.servedBy().equals(variant));
    }

    /** The part of it that fits. */
    Recording only(Predicate<TimedAnswer> which) {
        return new Recording(ask, answers.stream().filter(which).toList());
    }

    /** Both recordings, one after the other. */
    Recording plus(Recording later) {
        return new Recording(
                ask, Stream.concat(answers.stream(), later.answers.stream()).toList());
    }

    /** The part that was sent at or after a moment. */
    Recording sentFrom(long nanos) {
        return only(answer -> answer.sentNanos() >= nanos);
    }

    /** How often each value occurs, in words. */
    String tally(Function<TimedAnswer, ?> value) {
        Map<String, Long> counts = answers.stream()
                .collect(Collectors.groupingBy(
                        answer -> String.valueOf(value.apply(answer)), TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry ->
                        "%,d %s".formatted(entry.getValue(), entry.getKey().isEmpty() ? "none" : entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    /** The latency below which a share of the answers lies, milliseconds; 0 without answers. */
    double quantileMillis(double share) {
        long[] sorted = answers.stream().mapToLong(TimedAnswer::nanos).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1] / NANOS_PER_MILLI;
    }

    double p99Millis() {
        return quantileMillis(0.99);
    }

    double longestMillis() {
        return quantileMillis(1);
    }

    /** The first reply that was not 200, to find out why. */
    String firstFailure() {
        return answers.stream()
                .filter(answer -> !answer.ok())
                .findFirst()
                .map(answer -> answer.status() + " " + answer.body())
                .orElse("none");
    }

    /** The ids of the requests that were answered with 200. */
    Stream<String> answeredIds() {
        return answers.stream().filter(TimedAnswer::ok).map(TimedAnswer::requestId);
    }
}

package ai.ultrathink.understudy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Two cores, by the numbers that {@code taskset} takes. */
record Cores(int first, int second) {

    /** The first two that this process may use: a machine with more of them measures the same. */
    static Cores allowed() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            List<Integer> allowed = lines.filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .flatMap(line -> Stream.of(line.replaceAll("[^0-9,-]", "").split(",", -1)))
                    .flatMap(Cores::range)
                    .limit(2)
                    .toList();
            if (allowed.size() < 2) {
                throw new BenchFailedException("this needs two cores");
            }
            return new Cores(allowed.getFirst(), allowed.getLast());
        }
    }

    /** Of a text such as {@code 0-3} or {@code 5}. */
    private static Stream<Integer> range(String text) {
        String[] ends = text.split("-", 2);
        int last = Integer.parseInt(ends[ends.length - 1]);
        return Stream.iterate(Integer.parseInt(ends[0]), core -> core <= last, core -> core + 1);
    }

    String both() {
        return first + "," + second;
    }
}

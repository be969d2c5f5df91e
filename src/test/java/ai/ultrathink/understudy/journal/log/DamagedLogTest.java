package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** Whatever happens to the bytes of a segment: the records that are whole are read, and nothing else is. */
class DamagedLogTest {
    private enum Damage {
        CUT,
        ZEROED,
        FLIPPED,
        SCRAMBLED
    }

    private Path directory = Path.of("");
    private byte[] bytes = {};
    private int[] starts = {};

    @BeforeTry
    void make_a_directory() throws IOException {
        directory = Files.createTempDirectory("damaged-log");
    }

    @AfterTry
    void remove_the_directory() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 3)
    void a_last_record_torn_at_any_byte_costs_only_itself(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 24) Integer> lengths, @ForAll Random random)
            throws IOException {
        List<String> written = write(lengths, random);
        int last = starts[lengths.size() - 1];
        int end = last + RecordFrame.HEADER_BYTES + lengths.getLast();
        for (int from = last; from <= end; from++) {
            for (Damage damage : Damage.values()) {
                byte[] damaged = damage(damage, from, end, random);
                boolean whole = damaged.length >= end && Arrays.equals(damaged, last, end, bytes, last, end);
                List<String> expected = whole ? written : written.subList(0, written.size() - 1);
                boolean residue = !whole && damaged.length > last && hasResidue(damaged, last);
                check(damaged, expected, residue ? 1 : 0, damage + " from " + from);
            }
        }
    }

    @Property(tries = 3)
    void a_flipped_bit_costs_at_most_the_record_it_is_in(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 24) Integer> lengths, @ForAll Random random)
            throws IOException {
        List<String> written = write(lengths, random);
        for (int record = 0; record < lengths.size(); record++) {
            int end = starts[record] + RecordFrame.HEADER_BYTES + lengths.get(record);
            for (int at = starts[record]; at < end; at++) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= (byte) (1 << random.nextInt(8));
                List<String> expected = new ArrayList<>(written);
                expected.remove(record);
                check(damaged, expected, 1, "a bit of byte " + at);
            }
        }
    }

    private List<String> write(List<Integer> lengths, Random random) throws IOException {
        List<String> written = new ArrayList<>();
        starts = new int[lengths.size()];
        Path source = directory.resolve("source");
        try (SegmentedLog log = Logs.open(source)) {
            int at = Segment.HEADER_BYTES;
            for (int i = 0; i < lengths.size(); i++) {
                starts[i] = at;
                at += RecordFrame.bytes(lengths.get(i));
                written.add(text(lengths.get(i), random));
                assertEquals(AppendOutcome.APPENDED, Logs.append(log, written.get(i)));
            }
        }
        bytes = Files.readAllBytes(Logs.filesWithRecords(source).getFirst());
        return written;
    }

    private static String text(int length, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(128));
        }
        return text.toString();
    }

    private byte[] damage(Damage damage, int from, int end, Random random) {
        byte[] damaged = damage == Damage.CUT ? Arrays.copyOf(bytes, from) : bytes.clone();
        for (int at = from; at < Math.min(end, damaged.length); at++) {
            damaged[at] = switch (damage) {
                case CUT -> damaged[at];
                case ZEROED -> 0;
                case FLIPPED -> (byte) ~damaged[at];
                case SCRAMBLED -> (byte) random.nextInt();
            };
        }
        return damaged;
    }

    private static boolean hasResidue(byte[] damaged, int from) {
        for (int at = from; at < damaged.length; at++) {
            if (damaged[at] != 0) {
                return true;
            }
        }
        return false;
    }

    private void check(byte[] damaged, List<String> expected, int torn, String what) throws IOException {
        Path copy = Files.createTempDirectory(directory, "copy");
        Files.write(copy.resolve("segment-000000000001.log"), damaged);
        try (SegmentedLog log = Logs.open(copy)) {
            assertEquals(expected, Logs.read(log), what);
            assertEquals(torn, log.tornRecords(), what);
            assertTrue(log.nextSequence() >= expected.size(), what);
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "next"), what);
            assertEquals(List.of("next"), Logs.read(log), what);
        }
    }
}

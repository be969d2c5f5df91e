package ai.ultrathink.understudy.journal.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Recovers a log that earlier processes left: keeps every complete record that is not released, and removes the rest.
 * An unusable file is set aside, so that it does not prevent others from being read.
 */
final class Recovery {
    /**
     * @param segments the segments with records to deliver, oldest first
     * @param firstSequence the lowest number in the segments, 0 if there is none
     * @param endSequence greater than the numbers of all complete records found, 0 if there is none
     * @param tornRecords the number of records that are missing, damaged or incomplete, at least one for each damaged
     *     place
     */
    record Recovered(List<Segment> segments, long firstSequence, long endSequence, long tornRecords) {
        Recovered {
            segments = List.copyOf(segments);
        }

        long fileBytes() {
            return segments.stream().mapToLong(Segment::fileBytes).sum();
        }
    }

    private static final Logger LOG = System.getLogger(Recovery.class.getName());
    private static final int SHOWN_RUNS = 5;

    private record Found(long firstSequence, Segment segment) {}

    private final long released;
    private final boolean releasedKnown;
    private final long lastEnd;
    private final List<Found> found = new ArrayList<>();
    private final SegmentSequence sequences = new SegmentSequence();
    private long endSequence;
    private long damagedPlaces;

    /**
     * Prepares a recovery.
     *
     * @param released all records below this number are released
     * @param releasedKnown whether that number is certain, so that a missing record above it is lost
     * @param lastEnd all numbers below this have been used; -1 if unknown
     */
    Recovery(long released, boolean releasedKnown, long lastEnd) {
        this.released = released;
        this.releasedKnown = releasedKnown;
        this.lastEnd = lastEnd;
    }

    /** Reads all segments. Those whose records are all released are deleted. */
    static Recovered of(LogDirectory directory, ReleaseMark mark) throws IOException {
        Recovery recovery = new Recovery(mark.sequence(), mark.known(), mark.lastEnd());
        for (Path file : directory.segmentFiles()) {
            recovery.recoverOrSetAside(file);
        }
        return recovery.recovered();
    }

    Recovered recovered() {
        found.sort(Comparator.comparingLong(Found::firstSequence));
        long first = found.isEmpty() ? 0 : found.getFirst().firstSequence();
        return new Recovered(
                found.stream().map(Found::segment).toList(),
                first,
                endSequence,
                Math.max(damagedPlaces, missing(releasedKnown ? released : first)));
    }

    private long missing(long from) {
        List<SegmentSequence.Run> missing = sequences.missing(from, Math.max(endSequence, lastEnd));
        long count = missing.stream().mapToLong(SegmentSequence.Run::count).sum();
        if (count > 0) {
            String runs = missing.stream()
                    .limit(SHOWN_RUNS)
                    .map(SegmentSequence.Run::toString)
                    .collect(Collectors.joining(", "));
            LOG.log(
                    Level.ERROR,
                    "%,d records of the journal are lost, those numbered %s%s: a file was truncated, overwritten or removed"
                            .formatted(count, runs, missing.size() > SHOWN_RUNS ? " and more" : ""));
        }
        return count;
    }

    private void recoverOrSetAside(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            setAside(file, "is not a file");
            return;
        }
        try {
            recover(file);
        } catch (IOException e) {
            setAside(file, "cannot be read (" + e + ")");
        }
    }

    private void recover(Path file) throws IOException {
        if (Files.size(file) < SegmentHeader.BYTES) {
            // left by a process that was killed while creating it; otherwise its records are missing, which is reported
            // at the end
            Files.delete(file);
            return;
        }
        recover(file, MappedFiles.read(file));
    }

    void recover(Path file, MappedByteBuffer bytes) throws IOException {
        Segment whole = Segment.recovered(file, bytes, bytes.capacity(), false, bytes.capacity(), Long.MAX_VALUE);
        SegmentCursor cursor = new SegmentCursor(whole);
        SegmentHeader header = SegmentHeader.FOREIGN;
        long first = -1;
        boolean residue = true;
        boolean readable = true;
        try {
            header = SegmentHeader.of(bytes);
            while (cursor.advance()) {
                first = first < 0 ? cursor.sequence() : first;
                sequences.add(cursor.sequence());
            }
            residue = hasResidue(bytes, cursor.offset());
        } catch (InternalError e) {
            // A fault (SIGBUS): the disk cannot read a block.
            LOG.log(Level.ERROR, "The rest of %s cannot be read; its records are missing".formatted(file), e);
            readable = false;
        }
        if (header != SegmentHeader.UNFINISHED) {
            damagedPlaces += cursor.damaged() + (residue ? 1 : 0);
        }
        endSequence = Math.max(endSequence, cursor.sequence() + 1);
        boolean strange = header == SegmentHeader.FOREIGN || header == SegmentHeader.UNKNOWN_VERSION;
        if (cursor.sequence() >= released) {
            keep(file, bytes, strange, first, cursor);
        } else if (!readable || (strange && first < 0)) {
            setAside(file, readable ? header.words(bytes) : "cannot be read");
        } else {
            delete(whole);
        }
    }

    private void keep(Path file, MappedByteBuffer bytes, boolean strange, long first, SegmentCursor cursor) {
        if (strange) {
            LOG.log(
                    Level.ERROR,
                    "The header of %s is damaged; its complete records are read, and then it is set aside"
                            .formatted(file.toAbsolutePath()));
        }
        long fileBytes = strange ? bytes.capacity() : trim(file, cursor.offset(), bytes.capacity());
        found.add(new Found(
                first, Segment.recovered(file, bytes, fileBytes, strange, cursor.offset(), cursor.sequence() + 1)));
    }

    /** Frees the space after the last record, if possible. Returns the size of the file afterwards. */
    private static long trim(Path file, int to, long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(to);
            return channel.size();
        } catch (IOException e) {
            return size;
        }
    }

    private static void delete(Segment released) {
        try {
            released.delete();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "A journal segment that is no longer needed could not be deleted", e);
        }
    }

    private static void setAside(Path file, String why) throws IOException {
        LOG.log(
                Level.ERROR,
                "%s %s; it is kept as %s, and the other files are read. docs/runbook.md says how to recover its records"
                        .formatted(
                                file.toAbsolutePath(),
                                why,
                                LogDirectory.setAside(file).getFileName()));
    }

    private static boolean hasResidue(ByteBuffer bytes, int from) {
        int at = from;
        while (at <= bytes.capacity() - Long.BYTES && bytes.getLong(at) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.capacity() && bytes.get(at) == 0) {
            at++;
        }
        return at < bytes.capacity();
    }
}

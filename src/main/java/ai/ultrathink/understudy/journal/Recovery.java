package ai.ultrathink.understudy.journal;

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

/** Reads what earlier processes left in a directory, keeps every whole record that is not released, and tidies the rest. */
final class Recovery {
    /**
     * @param segments those with records to deliver, oldest first
     * @param firstSequence the lowest number in them, 0 if there is none
     * @param endSequence above the numbers of all whole records found, 0 if there is none
     * @param tornRecords damaged or unfinished records found, at least one for each damaged place
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

    private record Found(long firstSequence, Segment segment) {}

    private final long released;
    private final List<Found> found = new ArrayList<>();
    private long endSequence;
    private long tornRecords;

    Recovery(long released) {
        this.released = released;
    }

    /** Reads all segments. Those whose records are all below {@code released} are deleted. */
    static Recovered of(LogDirectory directory, long released) throws IOException {
        Recovery recovery = new Recovery(released);
        for (Path file : directory.segmentFiles()) {
            recovery.recover(file);
        }
        return recovery.recovered();
    }

    /** @throws UnusableLogException if a newer version wrote one of the segments */
    static void requireKnownVersions(LogDirectory directory) throws IOException {
        for (Path file : directory.segmentFiles()) {
            requireKnown(file);
        }
    }

    Recovered recovered() {
        found.sort(Comparator.comparingLong(Found::firstSequence));
        long first = found.isEmpty() ? 0 : found.getFirst().firstSequence();
        return new Recovered(found.stream().map(Found::segment).toList(), first, endSequence, tornRecords);
    }

    private static void requireKnown(Path file) throws IOException {
        if (Files.size(file) < SegmentHeader.BYTES) {
            return;
        }
        MappedByteBuffer bytes = MappedFiles.read(file);
        if (SegmentHeader.of(bytes) == SegmentHeader.UNKNOWN_VERSION) {
            throw new UnusableLogException(
                    "%s has version %d, which this program does not read; run the program that wrote it until it is empty"
                            .formatted(file.toAbsolutePath(), SegmentHeader.version(bytes)));
        }
    }

    private void recover(Path file) throws IOException {
        if (Files.size(file) < SegmentHeader.BYTES) {
            Files.delete(file);
            return;
        }
        recover(file, MappedFiles.read(file));
    }

    void recover(Path file, MappedByteBuffer bytes) throws IOException {
        Segment whole = Segment.recovered(file, bytes, bytes.capacity(), bytes.capacity(), Long.MAX_VALUE);
        SegmentCursor cursor = new SegmentCursor(whole);
        SegmentHeader header = SegmentHeader.FOREIGN;
        long first = -1;
        boolean residue = true;
        boolean readable = true;
        try {
            header = SegmentHeader.of(bytes);
            first = cursor.advance() ? cursor.sequence() : -1;
            while (cursor.advance()) {
                // To the last record: the cursor keeps count.
            }
            residue = hasResidue(bytes, cursor.offset());
        } catch (InternalError e) {
            // So does the JVM tell of a fault (SIGBUS): the disk cannot read its block.
            LOG.log(Level.ERROR, "The rest of %s cannot be read; its records are missing".formatted(file), e);
            readable = false;
        }
        if (header != SegmentHeader.UNFINISHED) {
            tornRecords += cursor.damaged() + (residue ? 1 : 0);
        }
        endSequence = Math.max(endSequence, cursor.sequence() + 1);
        if (cursor.sequence() >= released) {
            keep(file, bytes, first, cursor);
        } else if (!readable || (header == SegmentHeader.FOREIGN && first < 0)) {
            setAside(file);
        } else {
            whole.delete();
        }
    }

    private void keep(Path file, MappedByteBuffer bytes, long first, SegmentCursor cursor) {
        long fileBytes = trim(file, cursor.offset(), bytes.capacity());
        found.add(new Found(first, Segment.recovered(file, bytes, fileBytes, cursor.offset(), cursor.sequence() + 1)));
    }

    /** Gives back the space behind the last record. Not vital: answers the size that the file has afterwards. */
    private static long trim(Path file, int to, long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(to);
            return channel.size();
        } catch (IOException e) {
            return size;
        }
    }

    private static void setAside(Path file) throws IOException {
        Files.move(file, file.resolveSibling(file.getFileName() + LogDirectory.DAMAGED));
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

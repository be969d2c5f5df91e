package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.outcome.Observation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a batch of observations adds to the ledger. The database applies it if each of the rows is new and none is of a fenced minute, and
 * adds up the rows itself otherwise, so that a batch may be stored again.
 *
 * <p>Rows, units and latencies refer to entries by their place, from 1. Where the minute does not matter, any entry of the same part
 * stands for it.
 */
public final class BatchSums {

    private static final List<String> TYPES = Stream.of(
                    List.of("integer", "jsonb"), LatencyCounts.TYPES, FirstUnits.TYPES, UnitValues.TYPES)
            .flatMap(List::stream)
            .toList();

    private final int rows;
    private final Map<LedgerEntry.Key, LedgerEntry> entries = new LinkedHashMap<>();
    private final LatencyCounts latencies = new LatencyCounts();
    private final FirstUnits first = new FirstUnits();
    private final UnitValues units = new UnitValues();
    private final ActionCounts actions = new ActionCounts();
    private final Runs runs = new Runs();

    private BatchSums(int rows) {
        this.rows = rows;
    }

    /** Adds up a batch. */
    public static BatchSums of(List<Observation> batch) {
        BatchSums sums = new BatchSums(batch.size());
        List<CountedRow> ordered = batch.stream()
                .map(CountedRow::new)
                .sorted(Comparator.comparing((CountedRow counted) -> counted.row.time())
                        .thenComparing(counted -> counted.row.rowId(), BatchSums::unsigned))
                .toList();
        Map<LedgerEntry.Part, LedgerEntry> parts = new HashMap<>();
        for (CountedRow counted : ordered) {
            LedgerEntry entry = sums.entries.computeIfAbsent(
                    LedgerEntry.Key.of(counted), key -> new LedgerEntry(key, sums.entries.size() + 1));
            LedgerEntry part = parts.computeIfAbsent(entry.key().part(), key -> entry);
            entry.add(counted);
            sums.latencies.add(counted, entry);
            sums.first.add(counted, entry);
            sums.units.add(counted, part);
            sums.actions.add(counted);
            sums.runs.add(counted, part);
        }
        return sums;
    }

    /** The order that the database has for ids. */
    private static int unsigned(UUID one, UUID other) {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    }

    /** The arguments of {@code ab_test_book_batch} behind the new rows, as parameters of a statement from a number on. */
    public static String parameters(int from) {
        return IntStream.range(0, TYPES.size())
                .mapToObj(i -> "$" + (from + i) + "::" + TYPES.get(i))
                .collect(Collectors.joining(", "));
    }

    /** Adds the values of the parameters. */
    public void addTo(Tuple tuple) {
        tuple.addInteger(rows);
        tuple.addJsonObject(new JsonObject()
                .put(
                        "entries",
                        new JsonArray(
                                entries.values().stream().map(LedgerEntry::json).toList()))
                .put("failing", first.failing())
                .put("runs", runs.moments())
                .put("actions", actions.json()));
        List<Object> arrays = new ArrayList<>();
        arrays.addAll(latencies.arrays());
        arrays.addAll(first.drawn());
        arrays.addAll(units.arrays());
        arrays.forEach(tuple::addValue);
    }
}

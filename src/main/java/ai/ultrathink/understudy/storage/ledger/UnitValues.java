package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of units that may come back. The database adds them to what it has of the unit. */
final class UnitValues {

    /** The generation does not matter: a unit goes on in the next one of the same split. */
    private record Unit(
            String testId,
            String controlDigest,
            String treatmentDigest,
            String unitId,
            @Nullable Double split) {}

    private static final class Member {

        private final GroupValues values = new GroupValues();
        private LedgerEntry part;

        Member(LedgerEntry part) {
            this.part = part;
        }

        void add(CountedRow counted, LedgerEntry of) {
            values.add(counted);
            if (of.key().part().generation() > part.key().part().generation()) {
                part = of;
            }
        }
    }

    /** The arguments of each unit behind its entry, its id and its split, in the order of the database's function. */
    private static final List<Function<GroupValues, Number>> VALUES = List.of(
            values -> values.of(Quantity.AGREEMENT).count(),
            values -> values.of(Quantity.CONTROL_CONFIDENCE).count(),
            values -> values.of(Quantity.TREATMENT_CONFIDENCE).count(),
            values -> (long) values.of(Quantity.AGREEMENT).sum(),
            values -> values.of(Quantity.CONFIDENCE_DELTA).sum(),
            values -> values.of(Quantity.CONFIDENCE_DELTA).squares(),
            values -> values.of(Quantity.CONTROL_CONFIDENCE).sum(),
            values -> values.of(Quantity.CONTROL_CONFIDENCE).squares(),
            values -> values.of(Quantity.TREATMENT_CONFIDENCE).sum(),
            values -> values.of(Quantity.TREATMENT_CONFIDENCE).squares(),
            values -> values.of(Quantity.CONTROL_LATENCY).sum(),
            values -> values.of(Quantity.CONTROL_LATENCY).squares(),
            values -> values.of(Quantity.TREATMENT_LATENCY).sum(),
            values -> values.of(Quantity.TREATMENT_LATENCY).squares());

    private static final int COUNTS = 4;

    static final List<String> TYPES = Stream.of(
                    List.of("integer[]", "varchar[]", "double precision[]"),
                    Collections.nCopies(COUNTS, "bigint[]"),
                    Collections.nCopies(VALUES.size() - COUNTS, "double precision[]"))
            .flatMap(List::stream)
            .toList();

    private final Map<Unit, Member> units = new LinkedHashMap<>();

    /** @param part any entry of the row's part */
    void add(CountedRow counted, LedgerEntry part) {
        if (!counted.ownUnit) {
            LedgerEntry.Part of = part.key().part();
            units.computeIfAbsent(
                            new Unit(
                                    of.testId(),
                                    of.controlDigest(),
                                    of.treatmentDigest(),
                                    counted.row.unitId(),
                                    counted.row.configuredSplit()),
                            unit -> new Member(part))
                    .add(counted, part);
        }
    }

    List<Object> arrays() {
        List<Object> arrays = new ArrayList<>();
        Collection<Member> members = units.values();
        arrays.add(members.stream().map(member -> member.part.place()).toArray(Integer[]::new));
        arrays.add(units.keySet().stream().map(Unit::unitId).toArray(String[]::new));
        arrays.add(units.keySet().stream().map(Unit::split).toArray(Double[]::new));
        for (Function<GroupValues, Number> value : VALUES.subList(0, COUNTS)) {
            arrays.add(
                    members.stream().map(member -> value.apply(member.values)).toArray(Long[]::new));
        }
        for (Function<GroupValues, Number> value : VALUES.subList(COUNTS, VALUES.size())) {
            arrays.add(
                    members.stream().map(member -> value.apply(member.values)).toArray(Double[]::new));
        }
        return arrays;
    }
}

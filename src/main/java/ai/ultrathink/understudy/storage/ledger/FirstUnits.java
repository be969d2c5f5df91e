package ai.ultrathink.understudy.storage.ledger;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first row of each unit of a batch, and the first at which it failed; only of units that are not the request itself. Which of them
 * are new, the database knows.
 */
final class FirstUnits {

    /** Entry, unit and arm of the units that a split drew. */
    static final List<String> TYPES = List.of("integer[]", "varchar[]", "varchar[]");

    private record Unit(String testId, String unitId) {}

    private record Drawn(int place, String unitId, Group arm) {}

    /** A generation does not matter: a unit fails once with the same versions. */
    private record Failing(String testId, String controlDigest, String treatmentDigest, String unitId, String kind) {}

    private record Failure(int place, String unitId, String kind, Variant arm) {}

    private final Map<Unit, Drawn> drawn = new LinkedHashMap<>();
    private final Map<Failing, Failure> failing = new LinkedHashMap<>();

    /** Rows come in their order. */
    void add(CountedRow counted, LedgerEntry entry) {
        if (counted.ownUnit) {
            return;
        }
        String unit = counted.row.unitId();
        if (!counted.shadow) {
            drawn.putIfAbsent(
                    new Unit(counted.row.testId(), unit), new Drawn(entry.place(), unit, counted.row.assigned()));
        }
        if (!counted.treatment && counted.controlFailed) {
            fails(entry, unit, counted.shadow ? "shadow_control" : "split", Variant.CONTROL);
        }
        if (!counted.control && counted.treatmentFailed) {
            fails(entry, unit, counted.shadow ? "shadow_treatment" : "split", Variant.TREATMENT);
        }
        if (counted.controlOnly) {
            fails(entry, unit, "pair", Variant.CONTROL);
        }
        if (counted.treatmentOnly) {
            fails(entry, unit, "pair", Variant.TREATMENT);
        }
    }

    private void fails(LedgerEntry entry, String unit, String kind, Variant arm) {
        LedgerEntry.Part part = entry.key().part();
        failing.putIfAbsent(
                new Failing(part.testId(), part.controlDigest(), part.treatmentDigest(), unit, kind),
                new Failure(entry.place(), unit, kind, arm));
    }

    List<Object> drawn() {
        Collection<Drawn> units = drawn.values();
        return List.of(
                units.stream().map(Drawn::place).toArray(Integer[]::new),
                units.stream().map(Drawn::unitId).toArray(String[]::new),
                units.stream().map(unit -> unit.arm().wireName()).toArray(String[]::new));
    }

    JsonArray failing() {
        return new JsonArray(failing.values().stream()
                .map(failure -> new JsonObject()
                        .put("place", failure.place())
                        .put("unit_id", failure.unitId())
                        .put("kind", failure.kind())
                        .put("arm", failure.arm().wireName()))
                .toList());
    }
}

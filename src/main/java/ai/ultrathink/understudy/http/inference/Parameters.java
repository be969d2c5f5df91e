package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a request or of one of its tensors, by name.
 *
 * @param field what they are called in errors
 * @param values texts, booleans and numbers
 */
record Parameters(String field, Map<String, Object> values) {

    static final String UNIT_ID = "unit_id";
    static final String SYMBOL = "symbol";
    static final String TEST_ID = "test_id";
    static final String EXPLAIN = "explain";
    static final String BINARY_OUTPUT = "binary_data_output";
    static final String BINARY = "binary_data";
    static final String BINARY_SIZE = "binary_data_size";

    private static final Set<String> OF_REQUEST = Set.of(UNIT_ID, SYMBOL, TEST_ID, EXPLAIN, BINARY_OUTPUT);

    /** Parameters of tensors that would change the answer, and are not supported. */
    private static final Set<String> UNSUPPORTED = Set.of("classification", "shared_memory_region");

    Parameters {
        values = Map.copyOf(values);
    }

    static Parameters none(String field) {
        return new Parameters(field, Map.of());
    }

    /** Refuses an unknown parameter: a unit_id that is misspelt would silently be another unit. */
    Parameters ofRequest() {
        for (String name : values.keySet()) {
            if (!OF_REQUEST.contains(name)) {
                throw new InvalidValueException(field, name, String.join(", ", new TreeSet<>(OF_REQUEST)));
            }
        }
        return this;
    }

    /** Refuses what cannot be done; hints of clients are ignored. */
    Parameters ofTensor() {
        for (String name : values.keySet()) {
            if (UNSUPPORTED.contains(name)) {
                throw new InvalidValueException(field, name, "none that asks for " + name);
            }
        }
        return this;
    }

    @Nullable String text(String name) {
        return switch (values.get(name)) {
            case null -> null;
            case String text -> text;
            case Object other -> throw new InvalidValueException(field + "." + name, other, "a string");
        };
    }

    @Nullable Boolean flag(String name) {
        return switch (values.get(name)) {
            case null -> null;
            case Boolean flag -> flag;
            case Object other -> throw new InvalidValueException(field + "." + name, other, "true or false");
        };
    }

    boolean isSet(String name) {
        return Boolean.TRUE.equals(flag(name));
    }

    @Nullable Long number(String name) {
        return switch (values.get(name)) {
            case null -> null;
            case Long number -> number;
            case Object other -> throw new InvalidValueException(field + "." + name, other, "a whole number");
        };
    }
}

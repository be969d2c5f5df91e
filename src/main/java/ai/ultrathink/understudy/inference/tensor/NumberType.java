package ai.ultrathink.understudy.inference.tensor;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Types of numbers that a network may take. Features are sent as float32 and converted. */
public enum NumberType {
    FLOAT32,
    FLOAT64,
    INT32,
    INT64;

    /** As {@code model.json} has it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it has whole numbers only. */
    public boolean whole() {
        return this == INT32 || this == INT64;
    }

    /** Finds a type by its text. */
    public static Optional<NumberType> of(String text) {
        return Stream.of(values()).filter(type -> type.text().equals(text)).findFirst();
    }
}

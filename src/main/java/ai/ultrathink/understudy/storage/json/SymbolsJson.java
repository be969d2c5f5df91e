package ai.ultrathink.understudy.storage.json;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Symbols;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The symbols of an experiment as stored: an array of patterns, or null for all. */
public final class SymbolsJson {

    private SymbolsJson() {}

    public static @Nullable JsonArray write(Symbols symbols) {
        return symbols.all() ? null : new JsonArray(symbols.patterns());
    }

    /** Reads them. Most experiments have none. */
    public static Symbols read(@Nullable String text) {
        if (text == null) {
            return Symbols.ALL;
        }
        try {
            List<@Nullable String> patterns = new ArrayList<>();
            new JsonArray(text).forEach(pattern -> patterns.add((String) pattern));
            return Symbols.of(patterns);
        } catch (InvalidValueException e) {
            throw e;
        } catch (RuntimeException e) {
            // not an array, or not one of texts
            throw new InvalidValueException("symbols", text, "an array as this service writes it");
        }
    }
}

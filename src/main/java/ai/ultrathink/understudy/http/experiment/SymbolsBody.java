package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.Symbols;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of PUT /{test_id}/symbols. */
@Schema(name = "UpdateSymbols")
record SymbolsBody(
        @Schema(description = "symbols, or their beginnings with * at the end; null or an empty list means all")
        @Nullable List<@Nullable String> symbols) {

    static final String EXAMPLE = "{\"symbols\": [\"SPX\", \"BTC-*\"]}";

    Symbols given() {
        return Symbols.of(symbols);
    }
}

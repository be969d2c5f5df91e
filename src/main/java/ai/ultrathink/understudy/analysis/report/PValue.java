package ai.ultrathink.understudy.analysis.report;

import org.jspecify.annotations.Nullable;

/** The p-value of an e-value: one that may be looked at as often as one likes. */
public final class PValue {

    private PValue() {}

    /** {@code min(1, 1/e)}: at most this likely is so large an e-value if the hypothesis holds (Ville's inequality). */
    public static @Nullable Double of(@Nullable Double logE) {
        return logE == null || logE.isNaN() ? null : (Double) Math.min(1, Math.exp(-logE));
    }
}

package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import java.util.List;
import java.util.function.Function;

/**
 * The pair of model versions that a test has now, which is the one that was seen last. What other versions have shown says nothing
 * about these, so it decides nothing.
 *
 * <p>What was stored before digests were is taken to be of the first version that was seen with one: an upgrade of the service
 * changes no model.
 *
 * @param first the digests that were seen first
 * @param last the digests that were seen last
 */
public record PresentVersions(Digests first, Digests last) {

    private static final String UNKNOWN = "";

    record Digests(String control, String treatment) {}

    public static PresentVersions of(List<GenerationEvidence> evidence) {
        return new PresentVersions(
                new Digests(first(evidence, Versions::controlDigest), first(evidence, Versions::treatmentDigest)),
                new Digests(
                        first(evidence.reversed(), Versions::controlDigest),
                        first(evidence.reversed(), Versions::treatmentDigest)));
    }

    private static String first(List<GenerationEvidence> evidence, Function<Versions, String> digest) {
        return evidence.stream()
                .map(each -> digest.apply(each.versions()))
                .filter(known -> !known.equals(UNKNOWN))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** Whether evidence is of this pair. Where no row was stored there are no versions to tell. */
    public boolean covers(GenerationEvidence shown) {
        return !hasRows(shown)
                || (known(shown.versions().controlDigest(), first.control()).equals(last.control())
                        && known(shown.versions().treatmentDigest(), first.treatment())
                                .equals(last.treatment()));
    }

    private static String known(String digest, String otherwise) {
        return digest.equals(UNKNOWN) ? otherwise : digest;
    }

    private static boolean hasRows(GenerationEvidence shown) {
        return shown.stored().control()
                        + shown.stored().treatment()
                        + shown.stored().shadow()
                > 0;
    }
}

package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import java.util.List;
import java.util.function.Function;

/**
 * The pair of model versions that an experiment has now, which is the one observed last. Evidence of other versions
 * says nothing about these, so it decides nothing.
 *
 * <p>Results stored before digests were recorded count for the first version observed with a digest: an upgrade of the
 * service does not change a model.
 *
 * @param first the digests that were observed first
 * @param last the digests that were observed last
 */
public record PresentVersions(Digests first, Digests last) {

    private static final String UNKNOWN = "";

    /** The digests of both models; empty where none is known. */
    public record Digests(String control, String treatment) {}

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

    /** Whether evidence is of this pair. Evidence without rows has no versions. */
    public boolean covers(GenerationEvidence shown) {
        return !hasRows(shown) || covers(shown.versions());
    }

    /** Whether this is the pair. */
    public boolean covers(Versions shown) {
        return known(shown.controlDigest(), first.control()).equals(last.control())
                && known(shown.treatmentDigest(), first.treatment()).equals(last.treatment());
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

package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.inference.remote.RemoteTarget;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of {@code model.json} that says which server answers for a model. */
final class CardRemote {

    private static final String FIELD = "remote";
    private static final String PROTOCOL = "oip";
    private static final Set<String> FIELDS = Set.of("url", "protocol", "model", "version");
    /** It is a part of an address. */
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}/?#%\\\\.][^\\p{Cntrl}/?#%\\\\]{0,199}");

    private static final String NAME_ALLOWED = "1 to 200 characters without / ? # % \\, not beginning with a dot";

    private CardRemote() {}

    /** Null if the runtime is another one. */
    static @Nullable RemoteTarget of(JsonNode card, ModelRuntime runtime) {
        JsonNode remote = card.path(FIELD);
        if (runtime != ModelRuntime.REMOTE) {
            if (remote.isObject()) {
                throw new InvalidValueException(FIELD, CardReader.got(remote), "nothing, or \"runtime\": \"remote\"");
            }
            return null;
        }
        if (!remote.isObject()) {
            throw new InvalidValueException(
                    FIELD,
                    CardReader.got(remote),
                    "an object with url and model: the server that answers for the model, and its name there");
        }
        // a token in the card would be read by all who may read models
        Set<String> unknown = new TreeSet<>();
        remote.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(FIELDS);
        if (!unknown.isEmpty()) {
            throw new InvalidValueException(FIELD, String.join(", ", unknown), "url, protocol, model, version");
        }
        if (!card.path("sha256").isMissingNode() && !card.path("sha256").isNull()) {
            throw new InvalidValueException(
                    "sha256", CardReader.got(card.path("sha256")), "nothing: a remote model has no file");
        }
        JsonNode protocol = remote.path("protocol");
        if (!protocol.isMissingNode() && !protocol.asText().equals(PROTOCOL)) {
            throw new InvalidValueException("remote.protocol", CardReader.got(protocol), PROTOCOL);
        }
        JsonNode version = remote.path("version");
        return RemoteTarget.of(
                remote.path("url").asText(""),
                name(remote.path("model"), "remote.model"),
                version.isMissingNode() ? null : name(version, "remote.version"));
    }

    private static String name(JsonNode value, String field) {
        boolean scalar = value.isTextual() || value.isIntegralNumber();
        if (!scalar || !NAME.matcher(value.asText()).matches()) {
            throw new InvalidValueException(field, CardReader.got(value), NAME_ALLOWED);
        }
        return value.asText();
    }
}

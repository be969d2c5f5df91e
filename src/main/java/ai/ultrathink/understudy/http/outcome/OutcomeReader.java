package ai.ultrathink.understudy.http.outcome;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.http.outcome.OutcomesAnswer.RejectedItem;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome.Subject;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a batch of outcomes item by item, so that an item that makes no sense does not cost the others. */
final class OutcomeReader {

    static final int MOST = 1000;

    private static final Duration LONGEST_RANGE = Duration.ofDays(366);
    private static final int LARGEST_REVISION = 1_000_000_000;
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
    private static final String TIME = "a time with its offset, such as 2026-11-28T21:00:00Z, from 1970 to 9999";
    private static final String LIST = "a JSON object with the list outcomes";
    private static final String KINDS = "either request_id, or symbol, from and to";
    private static final Set<String> FIELDS =
            Set.of("request_id", "symbol", "from", "to", "value", "observed_at", "revision");

    // NaN and Infinity are no JSON, and some senders write them all the same: they are a fault of their item alone
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    // of a batch many are observed at the same time, and reading a time takes a fifth of reading a batch
    private @Nullable String lastText;
    private @Nullable Instant lastTime;

    private OutcomeReader() {}

    /**
     * A batch as it was read.
     *
     * @param sound items that can be stored
     * @param rejected items that make no sense
     */
    record Batch(List<RealisedOutcome> sound, List<RejectedItem> rejected) {}

    /**
     * Reads a body.
     *
     * @throws InvalidValueException if it is not a list of at most 1,000 items
     * @throws IOException if it is not JSON
     */
    static Batch read(byte @Nullable [] body) throws IOException {
        JsonNode all = JSON.readTree(body == null ? new byte[0] : body);
        if (!all.isObject()) {
            throw new InvalidValueException("body", all.isMissingNode() ? null : kind(all), LIST);
        }
        for (Iterator<String> names = all.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!name.equals("outcomes")) {
                throw new InvalidValueException("field", name, LIST);
            }
        }
        JsonNode items = all.path("outcomes");
        if (!items.isArray()) {
            throw new InvalidValueException("outcomes", items.isMissingNode() ? null : kind(items), "a list");
        }
        if (items.size() > MOST) {
            throw new InvalidValueException(
                    "outcomes", items.size() + " items", "up to " + MOST + "; send the others in further calls");
        }
        return new OutcomeReader().batch(items);
    }

    private Batch batch(JsonNode items) {
        List<RealisedOutcome> sound = new ArrayList<>();
        List<RejectedItem> rejected = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            try {
                sound.add(item(i, items.get(i)));
            } catch (InvalidValueException e) {
                rejected.add(new RejectedItem(i, "outcomes[" + i + "]." + e.getMessage()));
            }
        }
        return new Batch(sound, rejected);
    }

    private RealisedOutcome item(int place, JsonNode item) {
        if (!item.isObject()) {
            throw new InvalidValueException("item", kind(item), "a JSON object");
        }
        for (Iterator<String> names = item.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw new InvalidValueException(
                        "field",
                        name,
                        String.join(", ", FIELDS.stream().sorted().toList()));
            }
        }
        Subject of = subject(item);
        Instant observed = item.hasNonNull("observed_at") ? time(item, "observed_at") : null;
        if (of instanceof Subject.Range range && observed != null && observed.isBefore(range.from())) {
            throw new InvalidValueException(
                    "observed_at", observed, "a time after the predictions, which begin at from");
        }
        return new RealisedOutcome(place, of, value(item), observed, revision(item));
    }

    private Subject subject(JsonNode item) {
        boolean ofRequest = item.hasNonNull("request_id");
        boolean ofSymbol = item.hasNonNull("symbol") || item.hasNonNull("from") || item.hasNonNull("to");
        if (ofRequest == ofSymbol) {
            throw new InvalidValueException("request_id", ofRequest ? "both kinds" : "neither kind", KINDS);
        }
        if (ofRequest) {
            return new Subject.Request(IdentifierRules.id("request_id", text(item, "request_id")));
        }
        String symbol = IdentifierRules.symbol(text(item, "symbol"));
        Instant from = time(item, "from");
        Instant to = time(item, "to");
        if (!to.isAfter(from)) {
            throw new InvalidValueException("to", to, "a time after from, which is " + from);
        }
        if (Duration.between(from, to).compareTo(LONGEST_RANGE) > 0) {
            throw new InvalidValueException(
                    "to", to, "up to " + LONGEST_RANGE.toDays() + " days after from, which is " + from);
        }
        return new Subject.Range(symbol, from, to);
    }

    private static double value(JsonNode item) {
        JsonNode value = item.path("value");
        String allowed = "a number from -1000000 to 1000000, a return as a fraction";
        if (!value.isNumber()) {
            throw new InvalidValueException("value", item.hasNonNull("value") ? kind(value) : null, allowed);
        }
        double number = value.doubleValue();
        if (!(Math.abs(number) <= OutcomePlan.LARGEST_VALUE)) {
            throw new InvalidValueException("value", number, allowed);
        }
        return number;
    }

    private static int revision(JsonNode item) {
        JsonNode revision = item.path("revision");
        if (!item.hasNonNull("revision")) {
            return 0;
        }
        if (!revision.isIntegralNumber()
                || !revision.canConvertToInt()
                || revision.intValue() < 0
                || revision.intValue() > LARGEST_REVISION) {
            throw new InvalidValueException(
                    "revision",
                    revision.isNumber() ? revision.asText() : kind(revision),
                    "a whole number from 0 to 1000000000");
        }
        return revision.intValue();
    }

    private static @Nullable String text(JsonNode item, String field) {
        JsonNode text = item.path(field);
        if (item.hasNonNull(field) && !text.isTextual()) {
            throw new InvalidValueException(field, kind(text), "a string");
        }
        return item.hasNonNull(field) ? text.textValue() : null;
    }

    private Instant time(JsonNode item, String field) {
        String text = text(item, field);
        if (text == null) {
            throw new InvalidValueException(field, null, TIME);
        }
        if (lastTime != null && text.equals(lastText)) {
            return lastTime;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
                lastText = text;
                lastTime = time;
                return time;
            }
        } catch (DateTimeException e) {
            // falls through to the exception
        }
        throw new InvalidValueException(field, text, TIME);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case NULL -> "null";
            case STRING -> "the string " + node.asText();
            default -> node.asText();
        };
    }
}

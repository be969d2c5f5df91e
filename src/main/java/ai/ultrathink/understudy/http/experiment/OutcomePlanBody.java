package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.experiment.OutcomePromotion;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An outcome plan in requests and responses; fields that a request leaves out keep their values. */
@Schema(name = "OutcomePlan")
record OutcomePlanBody(
        @Schema(description = "the position that each action of the models takes; every action needs one") @Nullable Map<String, @Nullable Double> positions,

        @Schema(
                description = "the cost of a change of position by 1, as a fraction",
                minimum = "0",
                maximum = "1",
                defaultValue = "0")
        @Nullable Double cost,

        @Schema(
                description =
                        "values beyond it, in either direction, count as much as it where earnings are evaluated; above 0")
        @Nullable Double clip,

        @Schema(
                description =
                        "the length of a block of time as ISO 8601 has it, PT1M to P31D, aligned to 1970-01-01T00:00Z. Each"
                                + " block is one sample",
                defaultValue = "P1D")
        @Nullable String block,

        @Schema(
                description = "how long after its end a block waits for its outcomes, PT0S to P366D",
                defaultValue = "P1D")
        @Nullable String horizon,

        @Schema(
                description =
                        "the mean difference per block, treatment minus control, that may not be undercut; 0 or less")
        @Nullable Double limit,

        @Schema(
                description = "the action when it is undercut",
                enumeration = {"alert", "roll_back"},
                defaultValue = "alert")
        @Nullable String action,

        @Schema(
                description =
                        "what the verdict promote needs: nothing, that the treatment is shown to be above the limit, or above 0",
                enumeration = {"ignore", "not_worse", "better"},
                defaultValue = "not_worse")
        @Nullable String promote,

        @Schema(
                description = "the probability of a wrong answer to each question, apart from that of the guardrails",
                minimum = "1e-140",
                maximum = "0.5",
                defaultValue = "0.05")
        @Nullable Double alpha,

        @Schema(
                description =
                        "days without a market, in UTC, such as 2026-12-25: a decision of such a day is left out, and not missing, unless an"
                                + " outcome came for it. They may change without new evidence, and count for blocks that are closed"
                                + " afterwards; a list replaces the one before",
                maxItems = 1000)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable List<@Nullable String> holidays) {

    static final String EXAMPLE = """
            {"positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "cost": 0.0001, "clip": 0.05, "block": "P1D", "horizon": "P1D",
             "limit": -0.0005, "action": "alert", "promote": "not_worse"}""";

    private static final String USUAL_LENGTH = "P1D";

    static OutcomePlanBody of(OutcomePlan plan) {
        return new OutcomePlanBody(
                new HashMap<>(plan.positions()),
                plan.cost(),
                plan.clip(),
                OutcomePlan.text(plan.block()),
                OutcomePlan.text(plan.horizon()),
                plan.limit(),
                plan.action().wireName(),
                plan.promote().wireName(),
                plan.alpha(),
                shown(plan.holidays()));
    }

    /** The fields given here over those of a plan, or over the defaults. */
    OutcomePlan over(@Nullable OutcomePlan base) {
        return base == null ? first() : changed(base);
    }

    private OutcomePlan first() {
        return new OutcomePlan(
                numbers(given("positions", positions, "an object with a number for each action")),
                cost == null ? 0 : cost,
                given("clip", clip, "a number above 0, up to 1000000"),
                length("block", block == null ? USUAL_LENGTH : block),
                length("horizon", horizon == null ? USUAL_LENGTH : horizon),
                given("limit", limit, "a number up to 0: the mean difference per block that is still acceptable"),
                action == null ? GuardrailAction.ALERT : GuardrailAction.of("outcome.action", action),
                promote == null ? OutcomePromotion.NOT_WORSE : OutcomePromotion.of(promote),
                alpha == null ? OutcomePlan.USUAL_ALPHA : alpha,
                holidays == null ? Set.of() : days(holidays));
    }

    private OutcomePlan changed(OutcomePlan base) {
        return new OutcomePlan(
                positions == null ? base.positions() : numbers(positions),
                cost == null ? base.cost() : cost,
                clip == null ? base.clip() : clip,
                block == null ? base.block() : length("block", block),
                horizon == null ? base.horizon() : length("horizon", horizon),
                limit == null ? base.limit() : limit,
                action == null ? base.action() : GuardrailAction.of("outcome.action", action),
                promote == null ? base.promote() : OutcomePromotion.of(promote),
                alpha == null ? base.alpha() : alpha,
                holidays == null ? base.holidays() : days(holidays));
    }

    private static Map<String, Double> numbers(Map<String, @Nullable Double> given) {
        Map<String, Double> numbers = new HashMap<>();
        given.forEach((named, position) ->
                numbers.put(named, given("positions." + named, position, "a number from -1000000 to 1000000")));
        return numbers;
    }

    private static @Nullable List<@Nullable String> shown(Set<LocalDate> holidays) {
        if (holidays.isEmpty()) {
            return null;
        }
        List<@Nullable String> days = new ArrayList<>();
        holidays.forEach(day -> days.add(day.toString()));
        return days;
    }

    private static Set<LocalDate> days(List<@Nullable String> given) {
        Set<LocalDate> days = new HashSet<>();
        for (int place = 0; place < given.size(); place++) {
            String day = given.get(place);
            String field = "holidays[" + place + "]";
            String allowed = "a day, such as 2026-12-25, from 1970 to 9999";
            try {
                LocalDate parsed = LocalDate.parse(given(field, day, allowed));
                if (parsed.getYear() < 1970 || parsed.getYear() > 9999) {
                    throw new InvalidValueException("outcome." + field, day, allowed);
                }
                days.add(parsed);
            } catch (DateTimeException e) {
                throw new InvalidValueException("outcome." + field, day, allowed);
            }
        }
        return days;
    }

    private static <T> T given(String field, @Nullable T value, String allowed) {
        if (value == null) {
            throw new InvalidValueException("outcome." + field, null, allowed);
        }
        return value;
    }

    private static Duration length(String field, String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidValueException(
                    "outcome." + field, text, "a length of time as ISO 8601 has it, such as P1D, PT1H or PT1M");
        }
    }
}

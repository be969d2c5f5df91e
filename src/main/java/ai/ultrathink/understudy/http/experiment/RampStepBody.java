package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.RampStep;
import ai.ultrathink.understudy.experiment.Split;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A step of a ramp: a number, or an object that also says how long the step lasts. */
@Schema(
        name = "RampStep",
        oneOf = {Double.class, RampStepBody.Fields.class})
@JsonDeserialize(using = RampStepBody.Reader.class)
@JsonSerialize(using = RampStepBody.Writer.class)
record RampStepBody(@Nullable Double split, @Nullable Long holdSeconds) {

    private static final String ALLOWED =
            "numbers above 0.0 and up to 1.0, or objects with such a split and hold_seconds";

    /** A step of a plan, with its time if any step has a time of its own. */
    static RampStepBody of(RampPlan plan, int number) {
        return new RampStepBody(
                plan.split(number).fraction(),
                plan.hasOwnHolds() ? (Long) plan.hold(number).toSeconds() : null);
    }

    RampStep toStep(int index) {
        if (split == null || !(split > 0 && split <= 1)) {
            throw new InvalidValueException("ramp.steps[" + index + "]", split, ALLOWED);
        }
        return new RampStep(new Split(split), holdSeconds == null ? null : Duration.ofSeconds(holdSeconds));
    }

    /** The object's fields; unknown ones are rejected, as everywhere. */
    @RegisterForReflection
    @Schema(name = "RampStepWithHold")
    record Fields(
            @Schema(required = true, minimum = "0", maximum = "1") @Nullable Double split,

            @Schema(minimum = "0", maximum = "7776000") @Nullable Long holdSeconds) {}

    @RegisterForReflection
    static final class Reader extends StdDeserializer<RampStepBody> {

        private static final long serialVersionUID = 1L;

        Reader() {
            super(RampStepBody.class);
        }

        @Override
        public RampStepBody deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                Fields fields = context.readValue(parser, Fields.class);
                return new RampStepBody(fields.split(), fields.holdSeconds());
            }
            return new RampStepBody(context.readValue(parser, Double.class), null);
        }
    }

    @RegisterForReflection
    static final class Writer extends StdSerializer<RampStepBody> {

        private static final long serialVersionUID = 1L;

        Writer() {
            super(RampStepBody.class);
        }

        @Override
        public void serialize(RampStepBody step, JsonGenerator json, SerializerProvider provider) throws IOException {
            double split = step.split() == null ? 0 : step.split();
            if (step.holdSeconds() == null) {
                json.writeNumber(split);
            } else {
                json.writeStartObject();
                json.writeNumberField("split", split);
                json.writeNumberField("hold_seconds", step.holdSeconds());
                json.writeEndObject();
            }
        }
    }
}

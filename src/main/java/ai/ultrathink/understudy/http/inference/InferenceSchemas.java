package ai.ultrathink.understudy.http.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** OpenAPI schemas of the inference call, whose bodies are read and written token by token. */
final class InferenceSchemas {

    static final String REQUEST = """
            {"id": "r-1", "parameters": {"unit_id": "account-17", "symbol": "SPX", "explain": true},
             "inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 43], "data": [0.1, -0.2, 0.3, \
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}]}""";

    static final String ANSWER = """
            {"model_name": "bull_specialist", "model_version": "1", "id": "r-1",
             "parameters": {"test_id": "bull_v2_canary", "assigned_group": "control", "served_by": "control"},
             "outputs": [{"name": "action_probabilities", "datatype": "FP32", "shape": [1, 3],
               "parameters": {"labels": "HOLD,BUY,SELL"}, "data": [0.2, 0.71, 0.09]},
              {"name": "action", "datatype": "BYTES", "shape": [1], "data": ["BUY"]}]}""";

    private InferenceSchemas() {}

    @Schema(name = "InferenceRequest")
    record Request(
            @Schema(minLength = 1, maxLength = 100, description = "a UUID is made when absent") @Nullable String id,

            @Schema(description = "unit_id, symbol (default -), test_id, explain, binary_data_output") @Nullable Map<String, Object> parameters,

            @Schema(required = true, minItems = 1, maxItems = 1)
            List<InputSchema> inputs,

            @Schema(description = "action_probabilities, action; both when absent") @Nullable List<OutputSchema> outputs) {}

    @Schema(name = "InferenceInput")
    record InputSchema(
            @Schema(required = true) String name,

            @Schema(
                    required = true,
                    enumeration = {"FP32", "FP64", "INT32", "INT64"})
            String datatype,

            @Schema(required = true, description = "a row for each prediction, 64 at most")
            List<Long> shape,

            @Nullable Map<String, Object> parameters,

            @Schema(description = "finite numbers, nested or flat; absent if they follow as bytes") @Nullable List<Object> data) {}

    @Schema(name = "InferenceRequestedOutput")
    record OutputSchema(
            @Schema(
                    required = true,
                    enumeration = {"action_probabilities", "action"})
            String name,

            @Nullable Map<String, Object> parameters) {}

    @Schema(name = "InferenceAnswer")
    record Answer(
            @Schema(description = "the name that was asked for")
            String model_name,

            @Schema(description = "the version that it stands for, control's where a test applied")
            String model_version,

            @Schema(description = "with several rows, the request_id of each has its number after a colon")
            String id,

            @Schema(description = "only with explain, and where a test applied")
            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Nullable Map<String, String> parameters,

            List<TensorSchema> outputs) {}

    @Schema(name = "InferenceOutput")
    record TensorSchema(
            String name,
            String datatype,
            List<Long> shape,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> parameters,

            @Schema(description = "absent if the tensor follows as bytes")
            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Nullable List<Object> data) {}
}

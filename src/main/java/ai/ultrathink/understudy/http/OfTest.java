package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.storage.RecordedTest;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a test, marked when the test is deleted.
 *
 * @param deletedAt null while it is not
 */
record OfTest<T>(
        @JsonUnwrapped T shown,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {

    static <T> OfTest<T> of(RecordedTest test, T shown) {
        return new OfTest<>(shown, test.deletedAt());
    }
}

package ai.ultrathink.understudy.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A table with long cells cannot be read. */
class FaultTextsTest {

    private static final int LONGEST_NAME = 60;
    private static final int LONGEST = 105;

    @Test
    void the_texts_of_each_fault_fit_into_a_cell() {
        List<String> tooLong = Faults.all().stream()
                .filter(fault -> fault.name().length() > LONGEST_NAME
                        || fault.injected().length() > LONGEST
                        || fault.promised().length() > LONGEST)
                .map(Fault::toString)
                .toList();

        assertEquals(List.of(), tooLong);
    }
}

package ai.ultrathink.understudy.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of a fault's promise. */
sealed interface FaultVerdict {

    /** The number measured, in words; or why nothing was measured. */
    String words();

    /** The first word of its line. */
    String title();

    record Held(String words) implements FaultVerdict {
        @Override
        public String title() {
            return "held";
        }
    }

    record Broken(String words) implements FaultVerdict {
        @Override
        public String title() {
            return "BROKEN";
        }
    }

    /** The machine does not permit this fault. */
    record Skipped(String words) implements FaultVerdict {
        @Override
        public String title() {
            return "skipped";
        }
    }

    /** Starts with a measurement and takes what must hold of it. */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency for these two methods
    static Measured measured(String words, Object... figures) {
        return new Measured(String.format(Locale.ROOT, words, figures));
    }

    /** A measurement on its way to a verdict. */
    final class Measured {

        private final String words;
        private final List<String> broken = new ArrayList<>();

        private Measured(String words) {
            this.words = words;
        }

        /** One part of the promise, and what to say when it does not hold. */
        @SuppressWarnings("AnnotateFormatMethod")
        Measured holds(boolean held, String otherwise, Object... figures) {
            if (!held) {
                broken.add(String.format(Locale.ROOT, otherwise, figures));
            }
            return this;
        }

        FaultVerdict verdict() {
            return broken.isEmpty() ? new Held(words) : new Broken(words + "; but " + String.join("; ", broken));
        }
    }
}

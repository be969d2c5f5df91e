package ai.ultrathink.understudy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the value of a setting may be. */
sealed interface SettingBound {

    /** Whether a value is well-formed and within the bound. */
    boolean holds(String value);

    /** For readers, after "allowed:"; empty if the bound says nothing. */
    String allowed();

    /** A whole number. */
    record Count(long least, long most) implements SettingBound {

        @Override
        public boolean holds(String value) {
            return value.matches("-?[0-9]{1,18}") && Long.parseLong(value) >= least && Long.parseLong(value) <= most;
        }

        @Override
        public String allowed() {
            return "a number from " + least + " to " + most;
        }
    }

    /** A number that may have decimals. */
    record Fraction(double least, double most) implements SettingBound {

        @Override
        public boolean holds(String value) {
            try {
                double number = Double.parseDouble(value);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        @Override
        public String allowed() {
            return "a number from " + text(least) + " to " + text(most);
        }

        private static String text(double number) {
            return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
        }
    }

    /** A length of time: a number with ms, s, m, h or d; a plain number counts seconds. */
    record Time(Duration least, Duration most) implements SettingBound {

        @Override
        public boolean holds(String value) {
            try {
                Duration time = DurationConverter.parseDuration(value);
                return time.compareTo(least) >= 0 && time.compareTo(most) <= 0;
            } catch (RuntimeException e) {
                // it throws several kinds
                return false;
            }
        }

        @Override
        public String allowed() {
            return "a time from " + text(least) + " to " + text(most);
        }

        private static String text(Duration time) {
            if (time.toMillis() % 1_000 != 0) {
                return time.toMillis() + "ms";
            }
            long seconds = time.toSeconds();
            if (seconds % 86_400 == 0 && seconds > 0) {
                return seconds / 86_400 + "d";
            }
            if (seconds % 3_600 == 0 && seconds > 0) {
                return seconds / 3_600 + "h";
            }
            return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
        }
    }

    /** A number of bytes: with K, M, G or T for multiples of 1,024. */
    record Size(long least, long most) implements SettingBound {

        @Override
        public boolean holds(String value) {
            try {
                long bytes = new MemorySizeConverter().convert(value).asLongValue();
                return bytes >= least && bytes <= most;
            } catch (RuntimeException e) {
                // it throws several kinds
                return false;
            }
        }

        @Override
        public String allowed() {
            return "a size from " + text(least) + " to " + text(most);
        }

        private static String text(long bytes) {
            String units = "KMGT";
            for (int unit = units.length(); unit > 0; unit--) {
                if (bytes > 0 && bytes % (1L << (10 * unit)) == 0) {
                    return (bytes >> (10 * unit)) + units.substring(unit - 1, unit);
                }
            }
            return String.valueOf(bytes);
        }
    }

    /** One of some words. */
    record Words(List<String> words) implements SettingBound {

        public Words {
            words = List.copyOf(words);
        }

        @Override
        public boolean holds(String value) {
            return words.contains(value.toLowerCase(Locale.ROOT));
        }

        @Override
        public String allowed() {
            return String.join(" or ", words);
        }
    }

    /** A name or a path, which is checked where it is used. */
    record Anything() implements SettingBound {

        @Override
        public boolean holds(String value) {
            return true;
        }

        @Override
        public String allowed() {
            return "";
        }
    }
}

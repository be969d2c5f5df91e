package ai.ultrathink.understudy.notice;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a receiver's reply means for a notice. */
final class ReplyRules {

    private static final int LONGEST_SHOWN = 200;
    /** Too slow, too early, too many: the same notice may be taken later. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private ReplyRules() {}

    /** @param now by which a date in Retry-After counts */
    static SendResult result(PostReply reply, Instant now) {
        int status = reply.status();
        if (status >= 200 && status < 300) {
            return new SendResult.Sent();
        }
        String why = "it answered " + status + shown(reply.beginning());
        return status >= 500 || PASSING.contains(status)
                ? new SendResult.Failed(why, time(reply.retryAfter(), now))
                : new SendResult.Refused(why);
    }

    /** Seconds or a date; null for what is neither. */
    private static @Nullable Duration time(@Nullable String header, Instant now) {
        if (header == null) {
            return null;
        }
        if (header.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            Duration until = Duration.between(
                    now,
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** What a receiver wrote, on one line. */
    private static String shown(String body) {
        String line = line(body);
        return line.isEmpty() ? "" : ": " + EventJson.cut(line, LONGEST_SHOWN);
    }

    static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }
}

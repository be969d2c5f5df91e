package ai.ultrathink.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a command works with.
 *
 * @param json whether the service's own JSON is wanted
 */
record Context(
        ServiceClient service,
        GivenArguments arguments,
        boolean json,
        PrintStream out,
        ServiceCommands.Machine machine) {

    /** Prints the answer as JSON if that is wanted; else the lines. */
    int show(ServiceAnswer answer, List<String> lines) {
        if (json) {
            out.println(answer.text());
        } else {
            lines.forEach(out::println);
        }
        return ExitCode.DONE;
    }

    /** Says what has been done, or that another person has to agree. */
    int done(ServiceAnswer answer, String line) {
        if (!answer.accepted()) {
            return show(answer, List.of(line));
        }
        JsonNode approval = answer.json();
        show(
                answer,
                List.of("this waits for the approval of another person, until "
                        + approval.path("expires_at").asText() + ": bin/understudy approve "
                        + approval.path("approval_id").asText()));
        return ExitCode.PENDING;
    }

    /** The path of the test that the command names. */
    String test() {
        return "/api/v1/ab-test/" + ServiceClient.part(testId());
    }

    String testId() {
        return arguments.text("TEST");
    }

    /** How long ago, for readers. */
    String ago(String time) {
        if (time.isEmpty()) {
            return "";
        }
        long seconds =
                Math.max(0, Duration.between(Instant.parse(time), machine.now()).toSeconds());
        if (seconds < 60) {
            return seconds + " s ago";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 2 * 86_400 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " days ago";
    }
}

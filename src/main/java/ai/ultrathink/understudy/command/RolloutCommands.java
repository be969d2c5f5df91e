package ai.ultrathink.understudy.command;

import ai.ultrathink.understudy.command.Command.Option;
import ai.ultrathink.understudy.command.Command.Position;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Ramps, approvals, reports, events, and waiting for a verdict. */
final class RolloutCommands {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final String TIMEOUT = "--timeout-seconds";
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final String APPROVALS = "/api/v1/approvals";

    private RolloutCommands() {}

    static List<Command> all() {
        return List.of(
                Command.ofTest("ramp", "Starts a ramp, or shows the one that goes on.", RolloutCommands::ramp)
                        .with(
                                Option.of("--steps", "FRACTION,…", "starts one with these steps"),
                                Option.of("--hold-seconds", "N", "the least time of a step"),
                                Option.of("--approval", "WHEN", "never, first_step or each_step")),
                Command.ofTest(
                        "pause",
                        "Stops a ramp where it is.",
                        context -> TestCommands.post(context, "/ramp/pause", "stays where it is")),
                Command.ofTest(
                        "resume",
                        "Lets a ramp go on.",
                        context -> TestCommands.post(context, "/ramp/resume", "goes on")),
                Command.ofTest(
                        "abort",
                        "Ends a ramp, and steps back to control.",
                        context -> TestCommands.post(context, "/ramp/abort", "has ended its ramp")),
                Command.of(
                        "approvals",
                        "Lists what waits for the approval of another person.",
                        RolloutCommands::approvals),
                Command.of(
                                "approve",
                                "Approves what another person asked for, or the next step of a test's ramp.",
                                RolloutCommands::approve)
                        .with(new Position("WHAT", "the id of an approval, or of a test")),
                Command.of("reject", "Rejects what another person asked for.", RolloutCommands::reject)
                        .with(new Position("APPROVAL", "the id of the approval"))
                        .with(Option.required("--reason", "TEXT", "why")),
                Command.ofTest("report", "Prints the report with the verdict.", RolloutCommands::report),
                Command.ofTest("events", "Who did what, newest first.", RolloutCommands::events)
                        .with(Option.of("--limit", "N", "how many; by default 20")),
                Command.ofTest(
                                "wait",
                                "Waits for a verdict. Exit code 0: it came; 6: the test ended otherwise; 7: not in time.",
                                RolloutCommands::await)
                        .with(
                                Option.required("--until", "VERDICT", "promote or roll_back"),
                                Option.of(TIMEOUT, "N", "how long at most; by default for an hour")));
    }

    private static int ramp(Context context) {
        ObjectNode plan = TestCommands.plan(context.arguments());
        ServiceAnswer answer = plan.isEmpty()
                ? context.service().get(context.test() + "/ramp")
                : context.service().post(context.test() + "/ramp", plan);
        JsonNode ramp = answer.json();
        TextTable table = new TextTable("RAMP", "STEP", "SHARE", "FOR", "WAITS FOR");
        table.row(
                ramp.path("state").asText().replace('_', ' '),
                ramp.path("step").asText(),
                StatusScreen.percent(ramp.path("traffic_split").asDouble()),
                ramp.path("held_seconds").asText() + " s",
                String.join("; ", texts(ramp.path("waits_for"))));
        return context.show(answer, table.lines());
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    private static int approvals(Context context) {
        ServiceAnswer answer = context.service().get(APPROVALS + "?state=pending");
        TextTable table = new TextTable("APPROVAL", "TEST", "WHAT", "ASKED BY", "ASKED", "EXPIRES");
        answer.json()
                .forEach(approval -> table.row(
                        approval.path("approval_id").asText(),
                        approval.path("test_id").asText(),
                        approval.path("what").asText().replace('_', ' '),
                        approval.path("requested_by").asText(),
                        context.ago(approval.path("requested_at").asText()),
                        approval.path("expires_at").asText()));
        return context.show(answer, table.lines());
    }

    private static int approve(Context context) {
        String what = context.arguments().text("WHAT");
        boolean approval = what.matches("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}");
        ServiceAnswer answer = context.service()
                .post(
                        approval
                                ? APPROVALS + "/" + ServiceClient.part(what) + "/approve"
                                : "/api/v1/ab-test/" + ServiceClient.part(what) + "/ramp/approve");
        return context.done(answer, what + " is approved");
    }

    private static int reject(Context context) {
        String approval = context.arguments().text("APPROVAL");
        ObjectNode body = TestCommands.JSON.objectNode();
        context.arguments().option("--reason").ifPresent(reason -> body.put("reason", reason));
        ServiceAnswer answer = context.service().post(APPROVALS + "/" + ServiceClient.part(approval) + "/reject", body);
        return context.done(answer, approval + " is rejected");
    }

    private static int report(Context context) {
        String path = context.test() + "/report";
        ServiceAnswer answer =
                context.json() ? context.service().get(path) : context.service().get(path, "text/markdown");
        context.out().println(answer.text().stripTrailing());
        return ExitCode.DONE;
    }

    private static int events(Context context) {
        long limit = context.arguments().whole("--limit").orElse(20L);
        ServiceAnswer answer = context.service().get(context.test() + "/events?limit=" + limit);
        TextTable table = new TextTable("TIME", "EVENT", "BY", "GENERATION", "REASON");
        answer.json()
                .forEach(event -> table.row(
                        event.path("time").asText(),
                        event.path("action").asText().replace('_', ' '),
                        event.path("actor").asText(),
                        event.path("generation").asText(),
                        event.path("reason").isNull()
                                ? ""
                                : event.path("reason").asText()));
        return context.show(answer, table.lines());
    }

    private static int await(Context context) {
        String until = context.arguments().option("--until").orElse("");
        if (!until.equals("promote") && !until.equals("roll_back")) {
            throw GivenArguments.refused("--until", until, "promote or roll_back");
        }
        Instant end = context.machine().now().plusSeconds(timeoutSeconds(context.arguments()));
        while (true) {
            ServiceAnswer report = context.service().get(context.test() + "/report");
            String verdict = report.json().path("verdict").asText();
            if (verdict.equals(until)) {
                return context.show(report, List.of(context.testId() + ": " + verdict));
            }
            boolean over = verdict.equals("roll_back")
                    || !report.json().path("test").path("enabled").asBoolean();
            if (over) {
                context.show(report, List.of(context.testId() + " is over; its verdict is " + verdict));
                return ExitCode.OTHERWISE;
            }
            if (!context.machine().now().isBefore(end)) {
                context.show(
                        report,
                        List.of(context.testId() + ": still " + verdict + ": "
                                + String.join("; ", texts(report.json().path("reasons")))));
                return ExitCode.TOO_LATE;
            }
            pause(context);
        }
    }

    private static long timeoutSeconds(GivenArguments arguments) {
        long seconds = arguments.whole(TIMEOUT).orElse(3_600L);
        if (seconds < 0 || seconds > LONGEST.toSeconds()) {
            throw GivenArguments.refused(TIMEOUT, Long.toString(seconds), "0 to " + LONGEST.toSeconds());
        }
        return seconds;
    }

    private static void pause(Context context) {
        try {
            context.machine().pause(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.TOO_LATE, "interrupted");
        }
    }
}

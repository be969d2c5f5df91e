package ai.ultrathink.understudy.command;

import ai.ultrathink.understudy.command.Command.Option;
import ai.ultrathink.understudy.command.Command.Position;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Tests: what there is, and what changes them. */
final class TestCommands {

    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final String TESTS = "/api/v1/ab-test";

    private TestCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("status", "What needs a person first, and how each test stands.", StatusScreen::run),
                Command.of("tests", "Lists the tests, newest first.", TestCommands::list)
                        .with(Option.flag("--enabled", "only those that are on")),
                Command.ofTest("show", "Shows a test.", TestCommands::show),
                Command.ofTest("create", "Creates a test, which is on at once.", TestCommands::create)
                        .with(
                                Option.required("--control", "MODEL", "the model that answers now"),
                                Option.required("--treatment", "MODEL", "the new one"),
                                Option.of("--split", "FRACTION", "the share of the treatment, 0 to 1; by default 0.05"),
                                Option.flag("--shadow", "callers get the control's answers alone"),
                                Option.of("--description", "TEXT", "for readers"),
                                Option.flag("--explicit", "applies only to requests that name it"),
                                Option.flag("--aa", "both are the same model"),
                                Option.of("--steps", "FRACTION,…", "a ramp with these steps, after a rehearsal"),
                                Option.of("--hold-seconds", "N", "the least time of a step of the ramp"),
                                Option.of("--approval", "WHEN", "never, first_step or each_step")),
                Command.ofTest("split", "Sets the share of the treatment.", TestCommands::split)
                        .with(new Position("FRACTION", "0 to 1")),
                Command.ofTest("enable", "Switches a test on.", context -> post(context, "/enable", "is on")),
                disable("disable", "Switches a test off: control answers everything, at once."),
                disable("rollback", "The same as disable: steps back to control, at once."),
                Command.ofTest("delete", "Deletes a test; its results are kept.", context -> {
                    ServiceAnswer answer = context.service().delete(context.test());
                    return context.done(answer, context.testId() + " is deleted");
                }),
                Command.ofTest("promote", "Lets the treatment answer for control's name.", TestCommands::promote)
                        .with(
                                Option.of("--override", "REASON", "against the verdict"),
                                Option.flag("--undo", "takes a promotion back")));
    }

    private static Command disable(String name, String description) {
        return Command.ofTest(name, description, context -> {
                    ObjectNode body = JSON.objectNode();
                    context.arguments().option("--reason").ifPresent(reason -> body.put("reason", reason));
                    ServiceAnswer answer = body.isEmpty()
                            ? context.service().post(context.test() + "/disable")
                            : context.service().post(context.test() + "/disable", body);
                    return context.done(answer, context.testId() + " is off: control answers every request");
                })
                .with(Option.of("--reason", "TEXT", "for the audit trail"));
    }

    static int post(Context context, String path, String done) {
        return context.done(context.service().post(context.test() + path), context.testId() + " " + done);
    }

    private static int list(Context context) {
        ServiceAnswer answer =
                context.service().get(TESTS + "/list" + (context.arguments().flag("--enabled") ? "?enabled=true" : ""));
        TextTable table = new TextTable("TEST", "CONTROL", "TREATMENT", "MODE", "SHARE", "STATE", "GENERATION");
        answer.json()
                .forEach(test -> table.row(
                        test.path("test_id").asText(),
                        test.path("control_model").asText(),
                        test.path("treatment_model").asText(),
                        test.path("mode").asText(),
                        StatusScreen.percent(test.path("traffic_split").asDouble()),
                        test.path("enabled").asBoolean() ? "on" : "off",
                        test.path("generation").asText()));
        return context.show(answer, table.lines());
    }

    private static int show(Context context) {
        ServiceAnswer answer = context.service().get(context.test());
        JsonNode test = answer.json();
        TextTable table = new TextTable("FIELD", "VALUE");
        test.properties().forEach(field -> table.row(field.getKey(), TextTable.printable(value(field.getValue()))));
        return context.show(answer, table.lines());
    }

    private static String value(JsonNode value) {
        return value.isNull() ? "-" : value.isValueNode() ? value.asText() : value.toString();
    }

    private static int create(Context context) {
        GivenArguments arguments = context.arguments();
        ObjectNode body = JSON.objectNode();
        body.put("test_id", context.testId());
        arguments.option("--control").ifPresent(model -> body.put("control_model", model));
        arguments.option("--treatment").ifPresent(model -> body.put("treatment_model", model));
        arguments.number("--split").ifPresent(split -> body.put("traffic_split", split));
        arguments.option("--description").ifPresent(text -> body.put("description", text));
        if (arguments.flag("--shadow")) {
            body.put("mode", "shadow");
        }
        if (arguments.flag("--explicit")) {
            body.put("explicit", true);
        }
        if (arguments.flag("--aa")) {
            body.put("aa", true);
        }
        ObjectNode ramp = plan(arguments);
        if (!ramp.isEmpty()) {
            body.set("ramp", ramp);
        }
        ServiceAnswer answer = context.service().post(TESTS + "/create", body);
        return context.done(answer, context.testId() + " is created, and on");
    }

    /** What the options say of a ramp. */
    static ObjectNode plan(GivenArguments arguments) {
        ObjectNode plan = JSON.objectNode();
        List<String> steps = arguments.words("--steps");
        if (!steps.isEmpty()) {
            ArrayNode splits = plan.putArray("steps");
            steps.forEach(step -> splits.add(GivenArguments.number("--steps", step)));
        }
        arguments.whole("--hold-seconds").ifPresent(seconds -> plan.put("hold_seconds", seconds));
        arguments.option("--approval").ifPresent(when -> plan.put("approval", when));
        return plan;
    }

    private static int split(Context context) {
        double fraction = GivenArguments.number("FRACTION", context.arguments().text("FRACTION"));
        ServiceAnswer answer = context.service()
                .post(context.test() + "/update-split", JSON.objectNode().put("traffic_split", fraction));
        return context.done(
                answer, context.testId() + ": the treatment has " + StatusScreen.percent(fraction) + " of the units");
    }

    private static int promote(Context context) {
        if (context.arguments().flag("--undo")) {
            ServiceAnswer answer = context.service().delete(context.test() + "/promote");
            return context.done(answer, "the promotion of " + context.testId() + " is taken back");
        }
        ObjectNode body = JSON.objectNode();
        context.arguments().option("--override").ifPresent(reason -> body.put("override", reason));
        ServiceAnswer answer = body.isEmpty()
                ? context.service().post(context.test() + "/promote")
                : context.service().post(context.test() + "/promote", body);
        return context.done(answer, "the treatment of " + context.testId() + " answers for control's name");
    }
}

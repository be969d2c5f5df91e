package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import ai.ultrathink.understudy.inference.ScriptedModel;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Networks that are not made for company. */
final class CompanyFaults {

    private static final int FEATURES = 43;
    private static final int ROUNDS = 4;
    private static final String SOFTMAX = "return torch.softmax(torch.slice(y, 1, 0, 3), 1)";

    private CompanyFaults() {}

    static List<Fault> all() {
        return List.of(Fault.named("models are asked in company")
                .injected(
                        "all questions to all models one by one, then all at once, four times; three models cannot be batched")
                .promised("the same answers, bit for bit")
                .quickly()
                .when(context -> {
                    ServiceReplica replica = replica(context);
                    Map<String, String> batching = batching(replica);
                    List<Question> questions = new ArrayList<>();
                    for (String model : batching.keySet()) {
                        for (int number = 0; number < FixedQuestions.COUNT; number++) {
                            questions.add(new Question(Ask.plain(model), number));
                        }
                    }
                    List<String> alone = questions.stream()
                            .map(question -> question.to(replica).text())
                            .toList();
                    long different = 0;
                    List<TimedAnswer> together = new ArrayList<>();
                    for (int round = 0; round < ROUNDS; round++) {
                        List<TimedAnswer> answers = atOnce(replica, questions);
                        for (int i = 0; i < answers.size(); i++) {
                            different += answers.get(i).text().equals(alone.get(i)) ? 0 : 1;
                        }
                        together.addAll(answers);
                    }
                    Recording recording = new Recording(Ask.plain("all"), together);
                    return measured(
                                    "%,d answers, %d of them differ from the one given alone; %s",
                                    recording.size(), different, tally(batching))
                            .holds(
                                    recording.failed() == provoked(questions) * ROUNDS,
                                    "some failed: %s",
                                    recording.firstFailure())
                            .holds(different == 0, "company changes answers")
                            .holds(
                                    List.of("mixes_rows", "one_row", "one_row_lstm").stream()
                                            .allMatch(odd -> "row by row".equals(batching.get(odd))),
                                    "a network that cannot share a pass does: %s",
                                    batching)
                            .verdict();
                }));
    }

    private record Question(Ask ask, int number) {
        TimedAnswer to(ServiceReplica replica) {
            return replica.ask(ask, number);
        }
    }

    /** One model throws at some questions, alone and in company. */
    private static long provoked(List<Question> questions) {
        return questions.stream()
                .filter(question ->
                        question.ask().control().equals("throws_later") && FixedQuestions.provokes(question.number()))
                .count();
    }

    private static ServiceReplica replica(FaultContext context) throws IOException {
        Launch launch = Launch.in(context.directory(), LocalPostgres.environment(context.database()));
        ScriptedModel.write(
                launch.model("mixes_rows"), FEATURES, "y = torch.sub(x, torch.mean(x, [0], True))", SOFTMAX);
        ScriptedModel.write(launch.model("one_row"), FEATURES, "y = torch.view(x, [1, 43])", SOFTMAX);
        ScriptedModel.write(
                launch.model("one_row_lstm"),
                FEATURES,
                "h = torch.zeros([1, 1, 3])",
                "z, _1, _2 = torch.lstm(torch.unsqueeze(x, 1), [h, h], [torch.full([12, 43], 0.1), torch.full([12, 3], 0.2),"
                        + " torch.zeros([12]), torch.zeros([12])], True, 1, 0., False, False, True)",
                "y = torch.select(z, 1, -1)",
                SOFTMAX);
        return context.started(launch).awaitReady();
    }

    private static Map<String, String> batching(ServiceReplica replica) {
        return new JsonArray(replica.get("/api/v1/models").body())
                .stream()
                        .map(JsonObject.class::cast)
                        .collect(Collectors.toMap(
                                model -> model.getString("name"),
                                model -> String.valueOf(model.getString("batching")),
                                (one, other) -> one,
                                TreeMap::new));
    }

    private static String tally(Map<String, String> batching) {
        return batching.entrySet().stream()
                .collect(Collectors.groupingBy(Map.Entry::getValue, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " in " + entry.getKey())
                .collect(Collectors.joining(", "))
                .replace("in row by row", "row by row");
    }

    private static List<TimedAnswer> atOnce(ServiceReplica replica, List<Question> questions) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
            List<Future<TimedAnswer>> asked = new ArrayList<>();
            for (Question question : questions) {
                asked.add(threads.submit(() -> question.to(replica)));
            }
            List<TimedAnswer> answers = new ArrayList<>();
            for (Future<TimedAnswer> each : asked) {
                answers.add(each.get());
            }
            return answers;
        }
    }
}

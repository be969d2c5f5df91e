package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.trial.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How a test placed the rows of a request, as parameters of the answer. */
final class Explained {

    /** A row to which no test applied, beside others: the tests changed in between. */
    private static final String NONE = "none";

    private Explained() {}

    /** The parameters by name; empty if the caller did not ask, or if no test applied. */
    static Map<String, String> of(Inferred.Answered answered) {
        Map<String, String> parameters = new LinkedHashMap<>();
        List<Reply.Served> rows = answered.rows();
        if (answered.explain() && rows.stream().anyMatch(row -> row.placement() != null)) {
            put(parameters, "test_id", rows, Reply.Placement::testId);
            put(
                    parameters,
                    "assigned_group",
                    rows,
                    placement -> placement.assigned().wireName());
            put(parameters, "served_by", rows, placement -> placement.servedBy().wireName());
        }
        return parameters;
    }

    /** One value if it is that of all rows, else one for each of them with commas. */
    private static void put(
            Map<String, String> parameters,
            String name,
            List<Reply.Served> rows,
            Function<Reply.Placement, String> value) {
        List<String> values = rows.stream()
                .map(Reply.Served::placement)
                .map(placement -> placement == null ? NONE : value.apply(placement))
                .toList();
        boolean same = values.stream().distinct().count() == 1;
        parameters.put(name, same ? values.getFirst() : String.join(",", values));
    }
}

package ai.ultrathink.understudy;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What callers were told, against what is stored.
 *
 * @param answered predictions that were answered
 * @param rows rows stored
 * @param missing requests that were answered and have no row
 * @param repeated requests with more than one row, answered or not
 * @param withoutControl shadow rows that have nothing of control
 * @param withoutTreatment shadow rows that have neither what treatment did nor why it was not asked
 */
record StoredPredictions(
        int answered, int rows, Set<String> missing, Set<String> repeated, int withoutControl, int withoutTreatment) {

    /**
     * Reads the rows.
     *
     * @param name what the callers' request ids begin with
     */
    static StoredPredictions of(String databaseUrl, String name, Collection<String> answered) throws SQLException {
        Set<String> missing = new TreeSet<>(answered);
        Set<String> seen = new HashSet<>();
        Set<String> repeated = new TreeSet<>();
        int rows = 0;
        int withoutControl = 0;
        int withoutTreatment = 0;
        try (Connection connection = LocalPostgres.connect(databaseUrl);
                PreparedStatement select = connection.prepareStatement("select request_id, assigned_group = 'shadow',"
                        + " control_action is null, coalesce(treatment_action, treatment_error, fallback) is null"
                        + " from ab_test_results where starts_with(request_id, ?)")) {
            select.setString(1, name);
            ResultSet row = select.executeQuery();
            while (row.next()) {
                rows++;
                missing.remove(row.getString(1));
                if (!seen.add(row.getString(1))) {
                    repeated.add(row.getString(1));
                }
                if (row.getBoolean(2)) {
                    withoutControl += row.getBoolean(3) ? 1 : 0;
                    withoutTreatment += row.getBoolean(4) ? 1 : 0;
                }
            }
        }
        return new StoredPredictions(answered.size(), rows, missing, repeated, withoutControl, withoutTreatment);
    }

    @Override
    public String toString() {
        return "%,d predictions answered, %,d rows, %d missing %s, %d repeated %s; shadow rows without control %d, without treatment %d"
                .formatted(
                        answered,
                        rows,
                        missing.size(),
                        first(missing),
                        repeated.size(),
                        first(repeated),
                        withoutControl,
                        withoutTreatment);
    }

    private static Collection<String> first(Set<String> some) {
        return some.stream().limit(10).toList();
    }
}

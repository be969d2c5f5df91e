package ai.ultrathink.understudy;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The Python framework's database, on plain PostgreSQL: its two tables with the columns that its script gives them, and rows in them. */
record FrameworkDatabase(String url) {

    private static final String TABLES = """
            create table ab_test_configs (
                test_id varchar(100) primary key, mode varchar(50) not null, control_model varchar(255) not null,
                treatment_model varchar(255) not null,
                traffic_split double precision not null check (traffic_split >= 0 and traffic_split <= 1),
                enabled boolean default true, shadow_mode boolean default false, description text,
                created_at timestamptz default now(), updated_at timestamptz default now(), created_by varchar(100), metadata jsonb);
            create table ab_test_results (
                time timestamptz not null, test_id varchar(100) not null, request_id varchar(100) not null,
                assigned_group varchar(20) not null, symbol varchar(20), control_model varchar(255) not null,
                control_action varchar(10), control_confidence double precision, control_latency_ms double precision,
                treatment_model varchar(255), treatment_action varchar(10), treatment_confidence double precision,
                treatment_latency_ms double precision, actions_match boolean, confidence_delta double precision,
                latency_delta_ms double precision, features jsonb, metadata jsonb);
            create index on ab_test_results (test_id, time desc);
            """;

    /** Numbers that look random and are the same each time. */
    private static final String DRAWS = """
            create function draw(i integer, what text) returns double precision language sql immutable as $$
                select ('x' || left(md5(i || what), 8))::bit(32)::bigint / 4294967296.0 $$;
            create function draw_action(i integer, what text) returns text language sql immutable as $$
                select (array['HOLD', 'BUY', 'SELL'])[1 + floor(3 * draw(i, what))::integer] $$;
            """;

    static FrameworkDatabase create(String url) throws SQLException {
        FrameworkDatabase database = new FrameworkDatabase(url);
        database.execute(TABLES + DRAWS);
        return database;
    }

    void config(String testId, String mode, String control, String treatment, double split) throws SQLException {
        execute(
                "insert into ab_test_configs (test_id, mode, control_model, treatment_model, traffic_split, shadow_mode, description,"
                        + " created_at) values ('%s', '%s', '%s', '%s', %s, %s, 'of %1$s', now() - interval '40 days')"
                                .formatted(testId, mode, control, treatment, split, mode.equals("shadow")));
    }

    /** Rows of a split over the last thirty days: a quarter of them of the treatment, each answered by one model. */
    void splitRows(String testId, String control, String treatment, int rows) throws SQLException {
        execute("""
                insert into ab_test_results
                select now() - interval '30 days' * i / %4$d, '%1$s', 'r-' || i, arm, case when i %% 7 = 0 then null else 'spx' end,
                    '%2$s', case when arm = 'control' then draw_action(i, 'c') end,
                    case when arm = 'control' then draw(i, 'cc') end, case when arm = 'control' then 20 * draw(i, 'cl') end,
                    case when arm = 'treatment' then '%3$s' end, case when arm = 'treatment' then draw_action(i, 't') end,
                    case when arm = 'treatment' then draw(i, 'tc') end, case when arm = 'treatment' then 30 * draw(i, 'tl') end
                from generate_series(1, %4$d) as i
                cross join lateral (select case when draw(i, 'arm') < 0.25 then 'treatment' else 'control' end as arm) as drawn
                """.formatted(testId, control, treatment, rows));
    }

    /** Rows of a shadow over the last thirty days: both models answer each. */
    void shadowRows(String testId, String control, String treatment, int rows) throws SQLException {
        execute("""
                insert into ab_test_results
                select now() - interval '30 days' * i / %4$d, '%1$s', 's-' || i, 'shadow', 'BTC-USD',
                    '%2$s', c, cc, cl, '%3$s', t, tc, tl, c = t, tc - cc, tl - cl, '{"x": 1}'
                from generate_series(1, %4$d) as i
                cross join lateral (select draw_action(i, 'c') as c, draw(i, 'cc') as cc, 20 * draw(i, 'cl') as cl,
                    case when draw(i, 'same') < 0.8 then draw_action(i, 'c') else draw_action(i, 't') end as t,
                    draw(i, 'tc') as tc, 30 * draw(i, 'tl') as tl) as answers
                """.formatted(testId, control, treatment, rows));
    }

    void execute(String sql) throws SQLException {
        execute(url, sql);
    }

    static void execute(String url, String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of an answer, each as its values with blanks between them. */
    static List<String> rows(String url, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = LocalPostgres.connect(url);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            ResultSetMetaData columns = found.getMetaData();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    values.add(String.valueOf(found.getString(i)));
                }
                rows.add(String.join(" ", values));
            }
        }
        return rows;
    }
}

-- Measures the reads behind GET /{test_id}/stats on rows made by generate.sql, and how far its percentiles are from exact
-- ones. Plain SQL, for psql and JDBC alike; run both files in one session or one after the other:
--
--   psql "$DATABASE" -f bench/rows/measure.sql -c "select * from pg_temp.measure_reads()" \
--     -c "select * from pg_temp.measure_percentiles()"

-- One run asks for the sums and the histogram of one window that ends now and starts at a random moment of its first hour.
-- Whole rows are gathered, because the planner would not compute a column that nobody looks at.
create function pg_temp.measure_reads(p_runs integer default 100, p_test_id varchar default 'bench')
returns table (hours_back integer, runs integer, p50_ms numeric, p95_ms numeric, max_ms numeric)
language plpgsql as $$
declare
    from_time timestamptz;
    began     timestamptz;
    took      double precision[];
begin
    foreach hours_back in array array[24, 720] loop
        took := '{}';
        for run in 1..p_runs loop
            from_time := now() - make_interval(hours => hours_back, secs => -3600 * random());
            began := clock_timestamp();
            execute 'select array_agg(stats) from ab_test_stats($1, $2, now()) as stats' using p_test_id, from_time;
            execute 'select array_agg(histogram) from ab_test_latency_histogram($1, $2, now()) as histogram'
                using p_test_id, from_time;
            took := took || 1000 * extract(epoch from clock_timestamp() - began)::double precision;
        end loop;
        runs := p_runs;
        select
            percentile_disc(0.5) within group (order by ms)::numeric(9, 1),
            percentile_disc(0.95) within group (order by ms)::numeric(9, 1),
            max(ms)::numeric(9, 1)
        into p50_ms, p95_ms, max_ms
        from unnest(took) as ms;
        return next;
    end loop;
end;
$$;

-- Sorts the raw rows for the exact percentiles, so it takes its time.
create function pg_temp.measure_percentiles(p_test_id varchar default 'bench')
returns table (
    hours_back integer, arm varchar, quantile double precision, exact_ms numeric, histogram_ms numeric, off_percent numeric)
language sql stable as $$
with windows (hours_back, from_time) as (
    select hours, now() - make_interval(hours => hours) from unnest(array[24, 720]) as hours
), exact (hours_back, arm, quantile, latency_ms) as (
    select
        windows.hours_back,
        answers.arm,
        asked.quantile,
        percentile_disc(asked.quantile) within group (order by answers.latency_ms)
    from windows
    join ab_test_results as rows on rows.test_id = p_test_id and rows.time >= windows.from_time
    cross join lateral (values
        ('control', rows.assigned_group <> 'treatment' and rows.control_action is not null, rows.control_latency_ms),
        ('treatment', rows.assigned_group <> 'control' and rows.treatment_action is not null, rows.treatment_latency_ms)
    ) as answers (arm, own, latency_ms)
    cross join unnest(array[0.5, 0.95, 0.99]) as asked (quantile)
    where answers.own
    group by 1, 2, 3
)
select
    exact.hours_back,
    exact.arm,
    exact.quantile,
    exact.latency_ms::numeric(9, 3),
    seen.latency_ms::numeric(9, 3),
    (100 * abs(seen.latency_ms / exact.latency_ms - 1))::numeric(9, 3)
from exact
join windows using (hours_back)
cross join lateral ab_test_latency_quantile(p_test_id, windows.from_time, 'infinity', exact.quantile) as seen
where seen.arm = exact.arm
order by 1, 2, 3
$$;

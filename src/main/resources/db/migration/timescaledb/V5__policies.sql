-- Raw rows go after 90 days, whole chunks at a time. No refresh may ever reach that far back, or it would find nothing
-- there and delete what the aggregates remember: 30 days is far from it and still takes in rows that arrive weeks late.

select add_retention_policy('ab_test_results', drop_after => interval '90 days');

alter table ab_test_results set (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'test_id',
    timescaledb.compress_orderby = 'time desc, row_id desc'
);
select add_compression_policy('ab_test_results', compress_after => interval '7 days');

-- Hours are materialised five minutes after they end; younger hours are computed from the raw rows when asked for.
select add_continuous_aggregate_policy(aggregate,
    start_offset => interval '30 days', end_offset => interval '5 minutes', schedule_interval => interval '5 minutes')
from unnest(array[
    'ab_test_sums_hourly',
    'ab_test_metrics_hourly',
    'ab_test_control_latency_hourly',
    'ab_test_treatment_latency_hourly',
    'ab_test_actions_hourly'
]::regclass[]) as aggregate;

-- The days stand on the hours, so they follow them.
select add_continuous_aggregate_policy(aggregate,
    start_offset => interval '30 days', end_offset => interval '1 hour', schedule_interval => interval '30 minutes')
from unnest(array[
    'ab_test_metrics_daily',
    'ab_test_control_latency_daily',
    'ab_test_treatment_latency_daily'
]::regclass[]) as aggregate;

-- The service calls this in both flavours; here the retention policy does the work.
create function purge_ab_test_results(older_than interval default interval '90 days', max_rows integer default 50000)
returns bigint language sql as $$
    select 0::bigint
$$;

-- Hypertable and continuous aggregates. Shadow rows belong to both arms, so "not treatment" is the control arm. The list
-- of sums appears twice on purpose: ab_test_sums_hourly keeps them by generation for the functions, ab_test_metrics_hourly
-- is what people and dashboards read. Both stand on the raw rows, so that refreshing the second alone brings it up to date.

create extension if not exists timescaledb;

select create_hypertable('ab_test_results', 'time',
    chunk_time_interval => interval '1 day', create_default_indexes => false);

create materialized view ab_test_sums_hourly
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 hour', time) as bucket,
    test_id,
    generation,
    min(time) as first_sample,
    max(time) as last_sample,
    count(*) as samples,
    count(*) filter (where assigned_group = 'control') as control_count,
    count(*) filter (where assigned_group = 'treatment') as treatment_count,
    count(*) filter (where assigned_group = 'shadow') as shadow_count,
    count(control_action) filter (where assigned_group <> 'treatment') as control_answers,
    coalesce(sum(control_confidence)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_confidence_sum,
    coalesce(sum(control_confidence * control_confidence)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_confidence_sumsq,
    coalesce(sum(control_latency_ms)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_latency_sum,
    coalesce(sum(control_latency_ms * control_latency_ms)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_latency_sumsq,
    count(control_error) filter (where assigned_group <> 'treatment') as control_error_count,
    count(treatment_action) filter (where assigned_group <> 'control') as treatment_answers,
    coalesce(sum(treatment_confidence)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_confidence_sum,
    coalesce(sum(treatment_confidence * treatment_confidence)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_confidence_sumsq,
    coalesce(sum(treatment_latency_ms)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_latency_sum,
    coalesce(sum(treatment_latency_ms * treatment_latency_ms)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_latency_sumsq,
    count(treatment_error) filter (where assigned_group <> 'control') as treatment_error_count,
    count(fallback) as fallback_count,
    count(*)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null)
            as pair_count,
    count(*)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null
            and actions_match) as agree_count,
    coalesce(sum(confidence_delta)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sum,
    coalesce(sum(confidence_delta * confidence_delta)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sumsq,
    coalesce(sum(latency_delta_ms)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as latency_delta_sum,
    coalesce(sum(latency_delta_ms * latency_delta_ms)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as latency_delta_sumsq,
    count(configured_split) filter (where assigned_group <> 'shadow') as split_count,
    count(configured_split) filter (where assigned_group = 'treatment') as split_treatment_count,
    coalesce(sum(configured_split) filter (where assigned_group <> 'shadow'), 0) as configured_split_sum
from ab_test_results
group by 1, 2, 3
with no data;

create materialized view ab_test_metrics_hourly
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 hour', time) as bucket,
    test_id,
    min(time) as first_sample,
    max(time) as last_sample,
    count(*) as samples,
    count(*) filter (where assigned_group = 'control') as control_count,
    count(*) filter (where assigned_group = 'treatment') as treatment_count,
    count(*) filter (where assigned_group = 'shadow') as shadow_count,
    count(control_action) filter (where assigned_group <> 'treatment') as control_answers,
    coalesce(sum(control_confidence)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_confidence_sum,
    coalesce(sum(control_confidence * control_confidence)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_confidence_sumsq,
    coalesce(sum(control_latency_ms)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_latency_sum,
    coalesce(sum(control_latency_ms * control_latency_ms)
        filter (where assigned_group <> 'treatment' and control_action is not null), 0) as control_latency_sumsq,
    count(control_error) filter (where assigned_group <> 'treatment') as control_error_count,
    count(treatment_action) filter (where assigned_group <> 'control') as treatment_answers,
    coalesce(sum(treatment_confidence)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_confidence_sum,
    coalesce(sum(treatment_confidence * treatment_confidence)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_confidence_sumsq,
    coalesce(sum(treatment_latency_ms)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_latency_sum,
    coalesce(sum(treatment_latency_ms * treatment_latency_ms)
        filter (where assigned_group <> 'control' and treatment_action is not null), 0) as treatment_latency_sumsq,
    count(treatment_error) filter (where assigned_group <> 'control') as treatment_error_count,
    count(fallback) as fallback_count,
    count(*)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null)
            as pair_count,
    count(*)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null
            and actions_match) as agree_count,
    coalesce(sum(confidence_delta)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sum,
    coalesce(sum(confidence_delta * confidence_delta)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sumsq,
    coalesce(sum(latency_delta_ms)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as latency_delta_sum,
    coalesce(sum(latency_delta_ms * latency_delta_ms)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0)
            as latency_delta_sumsq,
    count(configured_split) filter (where assigned_group <> 'shadow') as split_count,
    count(configured_split) filter (where assigned_group = 'treatment') as split_treatment_count,
    coalesce(sum(configured_split) filter (where assigned_group <> 'shadow'), 0) as configured_split_sum,
    avg(control_confidence)
        filter (where assigned_group <> 'treatment' and control_action is not null) as avg_control_confidence,
    stddev_samp(control_confidence)
        filter (where assigned_group <> 'treatment' and control_action is not null) as stddev_control_confidence,
    avg(control_latency_ms)
        filter (where assigned_group <> 'treatment' and control_action is not null) as avg_control_latency_ms,
    stddev_samp(control_latency_ms)
        filter (where assigned_group <> 'treatment' and control_action is not null) as stddev_control_latency_ms,
    avg(treatment_confidence)
        filter (where assigned_group <> 'control' and treatment_action is not null) as avg_treatment_confidence,
    stddev_samp(treatment_confidence)
        filter (where assigned_group <> 'control' and treatment_action is not null) as stddev_treatment_confidence,
    avg(treatment_latency_ms)
        filter (where assigned_group <> 'control' and treatment_action is not null) as avg_treatment_latency_ms,
    stddev_samp(treatment_latency_ms)
        filter (where assigned_group <> 'control' and treatment_action is not null) as stddev_treatment_latency_ms,
    ab_mean(
        count(*) filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null),
        count(*) filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null
            and actions_match)
    ) as agreement_rate,
    avg(confidence_delta)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null)
            as avg_confidence_delta,
    stddev_samp(confidence_delta)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null)
            as stddev_confidence_delta,
    avg(latency_delta_ms)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null)
            as avg_latency_delta_ms,
    stddev_samp(latency_delta_ms)
        filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null)
            as stddev_latency_delta_ms
from ab_test_results
group by 1, 2
with no data;

-- A day's means come from the sums of its hours, so each hour weighs what its samples weigh.
create materialized view ab_test_metrics_daily
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 day', bucket) as bucket,
    test_id,
    min(first_sample) as first_sample,
    max(last_sample) as last_sample,
    sum(samples)::bigint as samples,
    sum(control_count)::bigint as control_count,
    sum(treatment_count)::bigint as treatment_count,
    sum(shadow_count)::bigint as shadow_count,
    sum(control_answers)::bigint as control_answers,
    sum(control_confidence_sum) as control_confidence_sum,
    sum(control_confidence_sumsq) as control_confidence_sumsq,
    sum(control_latency_sum) as control_latency_sum,
    sum(control_latency_sumsq) as control_latency_sumsq,
    sum(control_error_count)::bigint as control_error_count,
    sum(treatment_answers)::bigint as treatment_answers,
    sum(treatment_confidence_sum) as treatment_confidence_sum,
    sum(treatment_confidence_sumsq) as treatment_confidence_sumsq,
    sum(treatment_latency_sum) as treatment_latency_sum,
    sum(treatment_latency_sumsq) as treatment_latency_sumsq,
    sum(treatment_error_count)::bigint as treatment_error_count,
    sum(fallback_count)::bigint as fallback_count,
    sum(pair_count)::bigint as pair_count,
    sum(agree_count)::bigint as agree_count,
    sum(confidence_delta_sum) as confidence_delta_sum,
    sum(confidence_delta_sumsq) as confidence_delta_sumsq,
    sum(latency_delta_sum) as latency_delta_sum,
    sum(latency_delta_sumsq) as latency_delta_sumsq,
    sum(split_count)::bigint as split_count,
    sum(split_treatment_count)::bigint as split_treatment_count,
    sum(configured_split_sum) as configured_split_sum,
    ab_mean(sum(control_answers)::bigint, sum(control_confidence_sum)) as avg_control_confidence,
    ab_stddev(sum(control_answers)::bigint, sum(control_confidence_sum), sum(control_confidence_sumsq))
        as stddev_control_confidence,
    ab_mean(sum(control_answers)::bigint, sum(control_latency_sum)) as avg_control_latency_ms,
    ab_stddev(sum(control_answers)::bigint, sum(control_latency_sum), sum(control_latency_sumsq))
        as stddev_control_latency_ms,
    ab_mean(sum(treatment_answers)::bigint, sum(treatment_confidence_sum)) as avg_treatment_confidence,
    ab_stddev(sum(treatment_answers)::bigint, sum(treatment_confidence_sum), sum(treatment_confidence_sumsq))
        as stddev_treatment_confidence,
    ab_mean(sum(treatment_answers)::bigint, sum(treatment_latency_sum)) as avg_treatment_latency_ms,
    ab_stddev(sum(treatment_answers)::bigint, sum(treatment_latency_sum), sum(treatment_latency_sumsq))
        as stddev_treatment_latency_ms,
    ab_mean(sum(pair_count)::bigint, sum(agree_count)::bigint) as agreement_rate,
    ab_mean(sum(pair_count)::bigint, sum(confidence_delta_sum)) as avg_confidence_delta,
    ab_stddev(sum(pair_count)::bigint, sum(confidence_delta_sum), sum(confidence_delta_sumsq))
        as stddev_confidence_delta,
    ab_mean(sum(pair_count)::bigint, sum(latency_delta_sum)) as avg_latency_delta_ms,
    ab_stddev(sum(pair_count)::bigint, sum(latency_delta_sum), sum(latency_delta_sumsq)) as stddev_latency_delta_ms
from ab_test_metrics_hourly
group by 1, 2
with no data;

-- A continuous aggregate cannot unpivot its rows, so each arm has its own.
create materialized view ab_test_control_latency_hourly
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 hour', time) as bucket,
    test_id,
    generation,
    ab_latency_bucket(control_latency_ms) as latency_bucket,
    count(*) as count
from ab_test_results
where assigned_group <> 'treatment' and control_action is not null and control_latency_ms is not null
group by 1, 2, 3, 4
with no data;

create materialized view ab_test_treatment_latency_hourly
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 hour', time) as bucket,
    test_id,
    generation,
    ab_latency_bucket(treatment_latency_ms) as latency_bucket,
    count(*) as count
from ab_test_results
where assigned_group <> 'control' and treatment_action is not null and treatment_latency_ms is not null
group by 1, 2, 3, 4
with no data;

-- A month of hours is a lot of buckets, a month of days is not.
create materialized view ab_test_control_latency_daily
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 day', bucket) as bucket,
    test_id,
    generation,
    latency_bucket,
    sum(count)::bigint as count
from ab_test_control_latency_hourly
group by 1, 2, 3, 4
with no data;

create materialized view ab_test_treatment_latency_daily
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 day', bucket) as bucket,
    test_id,
    generation,
    latency_bucket,
    sum(count)::bigint as count
from ab_test_treatment_latency_hourly
group by 1, 2, 3, 4
with no data;

create view ab_test_latency_hourly as
select bucket, test_id, generation, varchar 'control' as arm, latency_bucket, count from ab_test_control_latency_hourly
union all
select bucket, test_id, generation, varchar 'treatment', latency_bucket, count from ab_test_treatment_latency_hourly;

create view ab_test_latency_daily as
select bucket, test_id, generation, varchar 'control' as arm, latency_bucket, count from ab_test_control_latency_daily
union all
select bucket, test_id, generation, varchar 'treatment', latency_bucket, count from ab_test_treatment_latency_daily;

create materialized view ab_test_actions_hourly
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    time_bucket(interval '1 hour', time) as bucket,
    test_id,
    generation,
    assigned_group,
    control_action,
    treatment_action,
    count(*) as count
from ab_test_results
group by 1, 2, 3, 4, 5, 6
with no data;

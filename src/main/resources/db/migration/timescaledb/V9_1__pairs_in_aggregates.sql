-- Three aggregates count pairs, and a pair is now a row with two answers whatever its group. An aggregate's query cannot be
-- altered, so each is made anew under its name and takes over what the old one holds: of hours whose rows are gone nothing else is
-- left. Until now only shadow rows could have two answers, so the figures are those that the new query gives.
--
-- What is younger than three days is left to the first refresh, which begins at once and reaches 30 days back: an aggregate answers
-- for itself up to the last hour that it holds, and from the rows beyond. Never refresh them further back than the rows reach.

alter materialized view ab_test_metrics_daily rename to ab_test_metrics_daily_old;
alter materialized view ab_test_metrics_hourly rename to ab_test_metrics_hourly_old;
alter materialized view ab_test_sums_hourly rename to ab_test_sums_hourly_old;

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
        filter (where control_action is not null and treatment_action is not null)
            as pair_count,
    count(*)
        filter (where control_action is not null and treatment_action is not null
            and actions_match) as agree_count,
    coalesce(sum(confidence_delta)
        filter (where control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sum,
    coalesce(sum(confidence_delta * confidence_delta)
        filter (where control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sumsq,
    coalesce(sum(latency_delta_ms)
        filter (where control_action is not null and treatment_action is not null), 0)
            as latency_delta_sum,
    coalesce(sum(latency_delta_ms * latency_delta_ms)
        filter (where control_action is not null and treatment_action is not null), 0)
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
        filter (where control_action is not null and treatment_action is not null)
            as pair_count,
    count(*)
        filter (where control_action is not null and treatment_action is not null
            and actions_match) as agree_count,
    coalesce(sum(confidence_delta)
        filter (where control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sum,
    coalesce(sum(confidence_delta * confidence_delta)
        filter (where control_action is not null and treatment_action is not null), 0)
            as confidence_delta_sumsq,
    coalesce(sum(latency_delta_ms)
        filter (where control_action is not null and treatment_action is not null), 0)
            as latency_delta_sum,
    coalesce(sum(latency_delta_ms * latency_delta_ms)
        filter (where control_action is not null and treatment_action is not null), 0)
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
        count(*) filter (where control_action is not null and treatment_action is not null),
        count(*) filter (where control_action is not null and treatment_action is not null
            and actions_match)
    ) as agreement_rate,
    avg(confidence_delta)
        filter (where control_action is not null and treatment_action is not null)
            as avg_confidence_delta,
    stddev_samp(confidence_delta)
        filter (where control_action is not null and treatment_action is not null)
            as stddev_confidence_delta,
    avg(latency_delta_ms)
        filter (where control_action is not null and treatment_action is not null)
            as avg_latency_delta_ms,
    stddev_samp(latency_delta_ms)
        filter (where control_action is not null and treatment_action is not null)
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

do $$
declare
    aggregate text;
    held      record;
    granted   record;
    columns   text;
begin
    foreach aggregate in array array['ab_test_sums_hourly', 'ab_test_metrics_hourly', 'ab_test_metrics_daily'] loop
        select materialization_hypertable_schema as schema, materialization_hypertable_name as name
        into strict held
        from timescaledb_information.continuous_aggregates
        where view_schema = current_schema() and view_name = aggregate;

        select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
        into strict columns
        from information_schema.columns
        where table_schema = held.schema and table_name = held.name;

        execute format(
            'insert into %I.%I (%s) select %s from %I where bucket < now() - interval ''3 days''',
            held.schema, held.name, columns, columns, aggregate || '_old');

        -- who could read the old one can read the new one
        for granted in
            select grantee::regrole::text as grantee, privilege_type, is_grantable
            from pg_class, aclexplode(relacl)
            where oid = (aggregate || '_old')::regclass and grantee <> relowner and grantee <> 0
        loop
            execute format('grant %s on %I to %s%s', granted.privilege_type, aggregate, granted.grantee,
                case when granted.is_grantable then ' with grant option' else '' end);
        end loop;
    end loop;

    foreach aggregate in array array['ab_test_metrics_daily_old', 'ab_test_metrics_hourly_old', 'ab_test_sums_hourly_old'] loop
        begin
            execute format('drop materialized view %I', aggregate);
        exception when dependent_objects_still_exist then
            raise warning '% is kept, because something of yours depends on it; it counts no pairs of splits', aggregate;
            perform remove_continuous_aggregate_policy(aggregate::regclass, if_exists => true);
        end;
    end loop;
end;
$$;

select add_continuous_aggregate_policy(aggregate,
    start_offset => interval '30 days', end_offset => interval '5 minutes', schedule_interval => interval '5 minutes')
from unnest(array['ab_test_sums_hourly', 'ab_test_metrics_hourly']::regclass[]) as aggregate;

select add_continuous_aggregate_policy('ab_test_metrics_daily',
    start_offset => interval '30 days', end_offset => interval '1 hour', schedule_interval => interval '30 minutes');

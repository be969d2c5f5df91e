-- What continuous aggregates do on TimescaleDB, a trigger does here: each insert adds its own rows to the hourly rollups
-- in the same transaction. So they are exact and current at every moment, and rows that arrive late count too. Shadow rows
-- belong to both arms, so "not treatment" is the control arm. Tables leave room for updates that touch no index.

create table ab_test_sums_hourly (
    bucket                     timestamptz      not null,
    test_id                    varchar(100)     not null,
    generation                 bigint           not null,
    first_sample               timestamptz      not null,
    last_sample                timestamptz      not null,
    samples                    bigint           not null,
    control_count              bigint           not null,
    treatment_count            bigint           not null,
    shadow_count               bigint           not null,
    control_answers            bigint           not null,
    control_confidence_sum     double precision not null,
    control_confidence_sumsq   double precision not null,
    control_latency_sum        double precision not null,
    control_latency_sumsq      double precision not null,
    control_error_count        bigint           not null,
    treatment_answers          bigint           not null,
    treatment_confidence_sum   double precision not null,
    treatment_confidence_sumsq double precision not null,
    treatment_latency_sum      double precision not null,
    treatment_latency_sumsq    double precision not null,
    treatment_error_count      bigint           not null,
    fallback_count             bigint           not null,
    pair_count                 bigint           not null,
    agree_count                bigint           not null,
    confidence_delta_sum       double precision not null,
    confidence_delta_sumsq     double precision not null,
    latency_delta_sum          double precision not null,
    latency_delta_sumsq        double precision not null,
    split_count                bigint           not null,
    split_treatment_count      bigint           not null,
    configured_split_sum       double precision not null,
    primary key (test_id, bucket, generation)
) with (fillfactor = 50);

create table ab_test_latency_hourly (
    bucket         timestamptz  not null,
    test_id        varchar(100) not null,
    generation     bigint       not null,
    arm            varchar(20)  not null,
    latency_bucket integer      not null,
    count          bigint       not null,
    primary key (test_id, bucket, generation, arm, latency_bucket)
) with (fillfactor = 70);

-- A month of hours is a lot of buckets, a month of days is not.
create table ab_test_latency_daily (
    bucket         timestamptz  not null,
    test_id        varchar(100) not null,
    generation     bigint       not null,
    arm            varchar(20)  not null,
    latency_bucket integer      not null,
    count          bigint       not null,
    primary key (test_id, bucket, generation, arm, latency_bucket)
) with (fillfactor = 70);

create table ab_test_actions_hourly (
    bucket           timestamptz  not null,
    test_id          varchar(100) not null,
    generation       bigint       not null,
    assigned_group   varchar(20)  not null,
    control_action   varchar(10),
    treatment_action varchar(10),
    count            bigint       not null,
    unique nulls not distinct (test_id, bucket, generation, assigned_group, control_action, treatment_action)
) with (fillfactor = 50);

-- Each statement takes its rows in the order of their key, so inserts that are a transaction each wait for one another but
-- never deadlock. The transition table holds only what was really inserted: a row that met ON CONFLICT DO NOTHING is not
-- counted again.
create function ab_test_results_roll_up() returns trigger language plpgsql as $$
declare
    latencies ab_test_latency_hourly[] := array(
        select row (answers.*)::ab_test_latency_hourly
        from (
            select ab_hour(time), test_id, generation, 'control', ab_latency_bucket(control_latency_ms), count(*)
            from inserted
            where assigned_group <> 'treatment' and control_action is not null and control_latency_ms is not null
            group by 1, 2, 3, 5
            union all
            select ab_hour(time), test_id, generation, 'treatment', ab_latency_bucket(treatment_latency_ms), count(*)
            from inserted
            where assigned_group <> 'control' and treatment_action is not null and treatment_latency_ms is not null
            group by 1, 2, 3, 5
        ) as answers
    );
begin
    insert into ab_test_latency_hourly as kept (bucket, test_id, generation, arm, latency_bucket, count)
    select bucket, test_id, generation, arm, latency_bucket, count
    from unnest(latencies)
    order by test_id, bucket, generation, arm, latency_bucket
    on conflict (test_id, bucket, generation, arm, latency_bucket) do update set count = kept.count + excluded.count;

    insert into ab_test_latency_daily as kept (bucket, test_id, generation, arm, latency_bucket, count)
    select ab_day(bucket), test_id, generation, arm, latency_bucket, sum(count)
    from unnest(latencies)
    group by 1, 2, 3, 4, 5
    order by 2, 1, 3, 4, 5
    on conflict (test_id, bucket, generation, arm, latency_bucket) do update set count = kept.count + excluded.count;

    insert into ab_test_actions_hourly as kept
        (bucket, test_id, generation, assigned_group, control_action, treatment_action, count)
    select ab_hour(time), test_id, generation, assigned_group, control_action, treatment_action, count(*)
    from inserted
    group by 1, 2, 3, 4, 5, 6
    order by 2, 1, 3, 4, 5, 6
    on conflict (test_id, bucket, generation, assigned_group, control_action, treatment_action)
        do update set count = kept.count + excluded.count;

    insert into ab_test_sums_hourly as kept (
        bucket, test_id, generation,
        first_sample, last_sample, samples, control_count, treatment_count, shadow_count, control_answers,
        control_confidence_sum, control_confidence_sumsq, control_latency_sum, control_latency_sumsq,
        control_error_count, treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq,
        treatment_latency_sum, treatment_latency_sumsq, treatment_error_count, fallback_count, pair_count,
        agree_count, confidence_delta_sum, confidence_delta_sumsq, latency_delta_sum, latency_delta_sumsq,
        split_count, split_treatment_count, configured_split_sum
    )
    select
        ab_hour(time),
        test_id,
        generation,
        min(time),
        max(time),
        count(*),
        count(*) filter (where assigned_group = 'control'),
        count(*) filter (where assigned_group = 'treatment'),
        count(*) filter (where assigned_group = 'shadow'),
        count(control_action) filter (where assigned_group <> 'treatment'),
        coalesce(sum(control_confidence)
            filter (where assigned_group <> 'treatment' and control_action is not null), 0),
        coalesce(sum(control_confidence * control_confidence)
            filter (where assigned_group <> 'treatment' and control_action is not null), 0),
        coalesce(sum(control_latency_ms)
            filter (where assigned_group <> 'treatment' and control_action is not null), 0),
        coalesce(sum(control_latency_ms * control_latency_ms)
            filter (where assigned_group <> 'treatment' and control_action is not null), 0),
        count(control_error) filter (where assigned_group <> 'treatment'),
        count(treatment_action) filter (where assigned_group <> 'control'),
        coalesce(sum(treatment_confidence)
            filter (where assigned_group <> 'control' and treatment_action is not null), 0),
        coalesce(sum(treatment_confidence * treatment_confidence)
            filter (where assigned_group <> 'control' and treatment_action is not null), 0),
        coalesce(sum(treatment_latency_ms)
            filter (where assigned_group <> 'control' and treatment_action is not null), 0),
        coalesce(sum(treatment_latency_ms * treatment_latency_ms)
            filter (where assigned_group <> 'control' and treatment_action is not null), 0),
        count(treatment_error) filter (where assigned_group <> 'control'),
        count(fallback),
        count(*)
            filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null),
        count(*)
            filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null
                and actions_match),
        coalesce(sum(confidence_delta)
            filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0),
        coalesce(sum(confidence_delta * confidence_delta)
            filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0),
        coalesce(sum(latency_delta_ms)
            filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0),
        coalesce(sum(latency_delta_ms * latency_delta_ms)
            filter (where assigned_group = 'shadow' and control_action is not null and treatment_action is not null), 0),
        count(configured_split) filter (where assigned_group <> 'shadow'),
        count(configured_split) filter (where assigned_group = 'treatment'),
        coalesce(sum(configured_split) filter (where assigned_group <> 'shadow'), 0)
    from inserted
    group by 1, 2, 3
    order by 2, 1, 3
    on conflict (test_id, bucket, generation) do update set
        first_sample = least(kept.first_sample, excluded.first_sample),
        last_sample = greatest(kept.last_sample, excluded.last_sample),
        samples = kept.samples + excluded.samples,
        control_count = kept.control_count + excluded.control_count,
        treatment_count = kept.treatment_count + excluded.treatment_count,
        shadow_count = kept.shadow_count + excluded.shadow_count,
        control_answers = kept.control_answers + excluded.control_answers,
        control_confidence_sum = kept.control_confidence_sum + excluded.control_confidence_sum,
        control_confidence_sumsq = kept.control_confidence_sumsq + excluded.control_confidence_sumsq,
        control_latency_sum = kept.control_latency_sum + excluded.control_latency_sum,
        control_latency_sumsq = kept.control_latency_sumsq + excluded.control_latency_sumsq,
        control_error_count = kept.control_error_count + excluded.control_error_count,
        treatment_answers = kept.treatment_answers + excluded.treatment_answers,
        treatment_confidence_sum = kept.treatment_confidence_sum + excluded.treatment_confidence_sum,
        treatment_confidence_sumsq = kept.treatment_confidence_sumsq + excluded.treatment_confidence_sumsq,
        treatment_latency_sum = kept.treatment_latency_sum + excluded.treatment_latency_sum,
        treatment_latency_sumsq = kept.treatment_latency_sumsq + excluded.treatment_latency_sumsq,
        treatment_error_count = kept.treatment_error_count + excluded.treatment_error_count,
        fallback_count = kept.fallback_count + excluded.fallback_count,
        pair_count = kept.pair_count + excluded.pair_count,
        agree_count = kept.agree_count + excluded.agree_count,
        confidence_delta_sum = kept.confidence_delta_sum + excluded.confidence_delta_sum,
        confidence_delta_sumsq = kept.confidence_delta_sumsq + excluded.confidence_delta_sumsq,
        latency_delta_sum = kept.latency_delta_sum + excluded.latency_delta_sum,
        latency_delta_sumsq = kept.latency_delta_sumsq + excluded.latency_delta_sumsq,
        split_count = kept.split_count + excluded.split_count,
        split_treatment_count = kept.split_treatment_count + excluded.split_treatment_count,
        configured_split_sum = kept.configured_split_sum + excluded.configured_split_sum;

    return null;
end;
$$;

create trigger ab_test_results_rolled_up
    after insert on ab_test_results
    referencing new table as inserted
    for each statement execute function ab_test_results_roll_up();

create view ab_test_metrics_hourly as
select
    sums.*,
    ab_mean(control_answers, control_confidence_sum) as avg_control_confidence,
    ab_stddev(control_answers, control_confidence_sum, control_confidence_sumsq) as stddev_control_confidence,
    ab_mean(control_answers, control_latency_sum) as avg_control_latency_ms,
    ab_stddev(control_answers, control_latency_sum, control_latency_sumsq) as stddev_control_latency_ms,
    ab_mean(treatment_answers, treatment_confidence_sum) as avg_treatment_confidence,
    ab_stddev(treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq) as stddev_treatment_confidence,
    ab_mean(treatment_answers, treatment_latency_sum) as avg_treatment_latency_ms,
    ab_stddev(treatment_answers, treatment_latency_sum, treatment_latency_sumsq) as stddev_treatment_latency_ms,
    ab_mean(pair_count, agree_count) as agreement_rate,
    ab_mean(pair_count, confidence_delta_sum) as avg_confidence_delta,
    ab_stddev(pair_count, confidence_delta_sum, confidence_delta_sumsq) as stddev_confidence_delta,
    ab_mean(pair_count, latency_delta_sum) as avg_latency_delta_ms,
    ab_stddev(pair_count, latency_delta_sum, latency_delta_sumsq) as stddev_latency_delta_ms
from (
    select
        bucket,
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
        sum(configured_split_sum) as configured_split_sum
    from ab_test_sums_hourly
    group by 1, 2
) as sums;

-- A day's means come from the sums of its hours, so each hour weighs what its samples weigh.
create view ab_test_metrics_daily as
select
    sums.*,
    ab_mean(control_answers, control_confidence_sum) as avg_control_confidence,
    ab_stddev(control_answers, control_confidence_sum, control_confidence_sumsq) as stddev_control_confidence,
    ab_mean(control_answers, control_latency_sum) as avg_control_latency_ms,
    ab_stddev(control_answers, control_latency_sum, control_latency_sumsq) as stddev_control_latency_ms,
    ab_mean(treatment_answers, treatment_confidence_sum) as avg_treatment_confidence,
    ab_stddev(treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq) as stddev_treatment_confidence,
    ab_mean(treatment_answers, treatment_latency_sum) as avg_treatment_latency_ms,
    ab_stddev(treatment_answers, treatment_latency_sum, treatment_latency_sumsq) as stddev_treatment_latency_ms,
    ab_mean(pair_count, agree_count) as agreement_rate,
    ab_mean(pair_count, confidence_delta_sum) as avg_confidence_delta,
    ab_stddev(pair_count, confidence_delta_sum, confidence_delta_sumsq) as stddev_confidence_delta,
    ab_mean(pair_count, latency_delta_sum) as avg_latency_delta_ms,
    ab_stddev(pair_count, latency_delta_sum, latency_delta_sumsq) as stddev_latency_delta_ms
from (
    select
        ab_day(bucket) as bucket,
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
        sum(configured_split_sum) as configured_split_sum
    from ab_test_sums_hourly
    group by 1, 2
) as sums;

-- The questions the service asks, with one signature in both flavours. A window [p_from, p_to) is answered from the hourly
-- figures for the whole hours inside it and from the raw rows for the incomplete hours at its ends: a month costs a month
-- of hours and at most two hours of rows. Ask with 'infinity' as p_to for "until now"; then no row is read at that end.
-- Each function is one plain SELECT, so that PostgreSQL puts it into the caller's query and plans with the caller's values.

create function ab_test_sums_of_rows(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (
    generation                 bigint,
    first_sample               timestamptz,
    last_sample                timestamptz,
    samples                    bigint,
    control_count              bigint,
    treatment_count            bigint,
    shadow_count               bigint,
    control_answers            bigint,
    control_confidence_sum     double precision,
    control_confidence_sumsq   double precision,
    control_latency_sum        double precision,
    control_latency_sumsq      double precision,
    control_error_count        bigint,
    treatment_answers          bigint,
    treatment_confidence_sum   double precision,
    treatment_confidence_sumsq double precision,
    treatment_latency_sum      double precision,
    treatment_latency_sumsq    double precision,
    treatment_error_count      bigint,
    fallback_count             bigint,
    pair_count                 bigint,
    agree_count                bigint,
    confidence_delta_sum       double precision,
    confidence_delta_sumsq     double precision,
    latency_delta_sum          double precision,
    latency_delta_sumsq        double precision,
    split_count                bigint,
    split_treatment_count      bigint,
    configured_split_sum       double precision
) language sql stable parallel safe as $$
select
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
where test_id = p_test_id and time >= p_from and time < p_to
group by generation
$$;

create function ab_test_stats_by_generation(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (
    generation                 bigint,
    first_sample               timestamptz,
    last_sample                timestamptz,
    samples                    bigint,
    control_count              bigint,
    treatment_count            bigint,
    shadow_count               bigint,
    control_answers            bigint,
    control_confidence_sum     double precision,
    control_confidence_sumsq   double precision,
    control_latency_sum        double precision,
    control_latency_sumsq      double precision,
    control_error_count        bigint,
    treatment_answers          bigint,
    treatment_confidence_sum   double precision,
    treatment_confidence_sumsq double precision,
    treatment_latency_sum      double precision,
    treatment_latency_sumsq    double precision,
    treatment_error_count      bigint,
    fallback_count             bigint,
    pair_count                 bigint,
    agree_count                bigint,
    confidence_delta_sum       double precision,
    confidence_delta_sumsq     double precision,
    latency_delta_sum          double precision,
    latency_delta_sumsq        double precision,
    split_count                bigint,
    split_treatment_count      bigint,
    configured_split_sum       double precision
) language sql stable parallel safe as $$
select
    generation,
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
from (
    select
        generation, first_sample, last_sample, samples, control_count, treatment_count, shadow_count,
        control_answers, control_confidence_sum, control_confidence_sumsq, control_latency_sum,
        control_latency_sumsq, control_error_count, treatment_answers, treatment_confidence_sum,
        treatment_confidence_sumsq, treatment_latency_sum, treatment_latency_sumsq, treatment_error_count,
        fallback_count, pair_count, agree_count, confidence_delta_sum, confidence_delta_sumsq,
        latency_delta_sum, latency_delta_sumsq, split_count, split_treatment_count, configured_split_sum
    from ab_test_sums_hourly
    where test_id = p_test_id and bucket >= ab_next_hour(p_from) and bucket < ab_hour(p_to)
    union all
    select *
    from ab_test_sums_of_rows(p_test_id, p_from, least(ab_next_hour(p_from), p_to))
    union all
    select *
    from ab_test_sums_of_rows(p_test_id, greatest(ab_next_hour(p_from), ab_hour(p_to)), p_to)
) as parts
group by generation
$$;

create function ab_test_stats(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (
    total_samples              bigint,
    control_count              bigint,
    treatment_count            bigint,
    shadow_count               bigint,
    control_answers            bigint,
    control_confidence_sum     double precision,
    control_confidence_sumsq   double precision,
    control_latency_sum        double precision,
    control_latency_sumsq      double precision,
    control_error_count        bigint,
    treatment_answers          bigint,
    treatment_confidence_sum   double precision,
    treatment_confidence_sumsq double precision,
    treatment_latency_sum      double precision,
    treatment_latency_sumsq    double precision,
    treatment_error_count      bigint,
    fallback_count             bigint,
    pair_count                 bigint,
    agree_count                bigint,
    confidence_delta_sum       double precision,
    confidence_delta_sumsq     double precision,
    latency_delta_sum          double precision,
    latency_delta_sumsq        double precision
) language sql stable parallel safe rows 1 as $$
select
    coalesce(sum(samples), 0)::bigint as total_samples,
    coalesce(sum(control_count), 0)::bigint as control_count,
    coalesce(sum(treatment_count), 0)::bigint as treatment_count,
    coalesce(sum(shadow_count), 0)::bigint as shadow_count,
    coalesce(sum(control_answers), 0)::bigint as control_answers,
    coalesce(sum(control_confidence_sum), 0) as control_confidence_sum,
    coalesce(sum(control_confidence_sumsq), 0) as control_confidence_sumsq,
    coalesce(sum(control_latency_sum), 0) as control_latency_sum,
    coalesce(sum(control_latency_sumsq), 0) as control_latency_sumsq,
    coalesce(sum(control_error_count), 0)::bigint as control_error_count,
    coalesce(sum(treatment_answers), 0)::bigint as treatment_answers,
    coalesce(sum(treatment_confidence_sum), 0) as treatment_confidence_sum,
    coalesce(sum(treatment_confidence_sumsq), 0) as treatment_confidence_sumsq,
    coalesce(sum(treatment_latency_sum), 0) as treatment_latency_sum,
    coalesce(sum(treatment_latency_sumsq), 0) as treatment_latency_sumsq,
    coalesce(sum(treatment_error_count), 0)::bigint as treatment_error_count,
    coalesce(sum(fallback_count), 0)::bigint as fallback_count,
    coalesce(sum(pair_count), 0)::bigint as pair_count,
    coalesce(sum(agree_count), 0)::bigint as agree_count,
    coalesce(sum(confidence_delta_sum), 0) as confidence_delta_sum,
    coalesce(sum(confidence_delta_sumsq), 0) as confidence_delta_sumsq,
    coalesce(sum(latency_delta_sum), 0) as latency_delta_sum,
    coalesce(sum(latency_delta_sumsq), 0) as latency_delta_sumsq
from ab_test_stats_by_generation(p_test_id, p_from, p_to)
$$;

create function ab_test_latency_of_rows(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (arm varchar, bucket integer, count bigint) language sql stable parallel safe as $$
select 'control', ab_latency_bucket(control_latency_ms), count(*)
from ab_test_results
where test_id = p_test_id and time >= p_from and time < p_to
    and assigned_group <> 'treatment' and control_action is not null and control_latency_ms is not null
group by 2
union all
select 'treatment', ab_latency_bucket(treatment_latency_ms), count(*)
from ab_test_results
where test_id = p_test_id and time >= p_from and time < p_to
    and assigned_group <> 'control' and treatment_action is not null and treatment_latency_ms is not null
group by 2
$$;

-- Here whole days come from the daily figures, and whole hours only where a day is incomplete.
create function ab_test_latency_histogram(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (arm varchar, bucket integer, count bigint) language sql stable parallel safe as $$
select parts.arm, parts.latency_bucket, sum(parts.count)::bigint
from (
    select days.arm, days.latency_bucket, days.count
    from ab_test_latency_daily as days
    where days.test_id = p_test_id and days.bucket >= ab_next_day(p_from) and days.bucket < ab_day(p_to)
    union all
    select hours.arm, hours.latency_bucket, hours.count
    from ab_test_latency_hourly as hours
    where hours.test_id = p_test_id
        and hours.bucket >= ab_next_hour(p_from) and hours.bucket < least(ab_next_day(p_from), ab_hour(p_to))
    union all
    select hours.arm, hours.latency_bucket, hours.count
    from ab_test_latency_hourly as hours
    where hours.test_id = p_test_id
        and hours.bucket >= greatest(ab_next_day(p_from), ab_day(p_to)) and hours.bucket < ab_hour(p_to)
    union all
    select * from ab_test_latency_of_rows(p_test_id, p_from, least(ab_next_hour(p_from), p_to))
    union all
    select * from ab_test_latency_of_rows(p_test_id, greatest(ab_next_hour(p_from), ab_hour(p_to)), p_to)
) as parts
group by 1, 2
order by 1, 2
$$;

-- The value at rank ceil(q n) of each arm, within 1% of the exact one; no row for an arm without answers.
create function ab_test_latency_quantile(
    p_test_id varchar, p_from timestamptz, p_to timestamptz, p_quantile double precision)
returns table (arm varchar, latency_ms double precision) language sql stable parallel safe rows 2 as $$
select ranked.arm, ab_latency_value(min(ranked.bucket) filter (where ranked.up_to_here >= p_quantile * ranked.total))
from (
    select
        counted.arm,
        counted.bucket,
        sum(counted.count) over (partition by counted.arm order by counted.bucket) as up_to_here,
        sum(counted.count) over (partition by counted.arm) as total
    from ab_test_latency_histogram(p_test_id, p_from, p_to) as counted
) as ranked
group by 1
$$;

create function ab_test_actions(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (assigned_group varchar, control_action varchar, treatment_action varchar, count bigint)
language sql stable parallel safe as $$
select parts.assigned_group, parts.control_action, parts.treatment_action, sum(parts.count)::bigint
from (
    select hours.assigned_group, hours.control_action, hours.treatment_action, hours.count
    from ab_test_actions_hourly as hours
    where hours.test_id = p_test_id and hours.bucket >= ab_next_hour(p_from) and hours.bucket < ab_hour(p_to)
    union all
    select head.assigned_group, head.control_action, head.treatment_action, 1
    from ab_test_results as head
    where head.test_id = p_test_id and head.time >= p_from and head.time < least(ab_next_hour(p_from), p_to)
    union all
    select tail.assigned_group, tail.control_action, tail.treatment_action, 1
    from ab_test_results as tail
    where tail.test_id = p_test_id
        and tail.time >= greatest(ab_next_hour(p_from), ab_hour(p_to)) and tail.time < p_to
) as parts
group by 1, 2, 3
order by 1, 2, 3
$$;

create function verify_traffic_split(p_test_id varchar, hours_back integer default 1)
returns table (
    expected_split   double precision,
    actual_split     double precision,
    delta            double precision,
    within_tolerance boolean,
    sample_size      bigint
) language sql stable parallel safe rows 1 as $$
select
    seen.expected,
    seen.actual,
    seen.actual - seen.expected,
    abs(seen.actual - seen.expected) <= 0.02,
    seen.n
from (
    select
        coalesce(sum(split_count), 0)::bigint as n,
        sum(configured_split_sum) / nullif(sum(split_count), 0)::double precision as expected,
        (sum(split_treatment_count) / nullif(sum(split_count), 0))::double precision as actual
    from ab_test_stats_by_generation(p_test_id, now() - make_interval(hours => hours_back), 'infinity')
) as seen
$$;

create function get_ab_test_summary(p_test_id varchar)
returns table (
    test_id                 varchar,
    mode                    varchar,
    control_model           varchar,
    treatment_model         varchar,
    traffic_split           double precision,
    enabled                 boolean,
    first_sample            timestamptz,
    last_sample             timestamptz,
    total_samples           bigint,
    control_count           bigint,
    treatment_count         bigint,
    shadow_count            bigint,
    fallback_count          bigint,
    avg_control_confidence  double precision,
    avg_treatment_confidence double precision,
    avg_control_latency_ms  double precision,
    avg_treatment_latency_ms double precision,
    p95_control_latency_ms  double precision,
    p95_treatment_latency_ms double precision,
    agreement_rate          double precision,
    avg_confidence_delta    double precision,
    avg_latency_delta_ms    double precision
) language sql stable parallel safe rows 1 as $$
select
    config.test_id,
    config.mode,
    config.control_model,
    config.treatment_model,
    config.traffic_split,
    config.enabled,
    sums.first_sample,
    sums.last_sample,
    sums.samples,
    sums.control_count,
    sums.treatment_count,
    sums.shadow_count,
    sums.fallback_count,
    ab_mean(sums.control_answers, sums.control_confidence_sum),
    ab_mean(sums.treatment_answers, sums.treatment_confidence_sum),
    ab_mean(sums.control_answers, sums.control_latency_sum),
    ab_mean(sums.treatment_answers, sums.treatment_latency_sum),
    p95.control,
    p95.treatment,
    ab_mean(sums.pair_count, sums.agree_count),
    ab_mean(sums.pair_count, sums.confidence_delta_sum),
    ab_mean(sums.pair_count, sums.latency_delta_sum)
from ab_test_configs as config
cross join lateral (
    select
        min(first_sample) as first_sample,
        max(last_sample) as last_sample,
        coalesce(sum(samples), 0)::bigint as samples,
        coalesce(sum(control_count), 0)::bigint as control_count,
        coalesce(sum(treatment_count), 0)::bigint as treatment_count,
        coalesce(sum(shadow_count), 0)::bigint as shadow_count,
        coalesce(sum(fallback_count), 0)::bigint as fallback_count,
        coalesce(sum(control_answers), 0)::bigint as control_answers,
        coalesce(sum(treatment_answers), 0)::bigint as treatment_answers,
        coalesce(sum(control_confidence_sum), 0) as control_confidence_sum,
        coalesce(sum(treatment_confidence_sum), 0) as treatment_confidence_sum,
        coalesce(sum(control_latency_sum), 0) as control_latency_sum,
        coalesce(sum(treatment_latency_sum), 0) as treatment_latency_sum,
        coalesce(sum(pair_count), 0)::bigint as pair_count,
        coalesce(sum(agree_count), 0)::bigint as agree_count,
        coalesce(sum(confidence_delta_sum), 0) as confidence_delta_sum,
        coalesce(sum(latency_delta_sum), 0) as latency_delta_sum
    from ab_test_stats_by_generation(p_test_id, '-infinity', 'infinity')
) as sums
cross join lateral (
    select
        max(latency_ms) filter (where arm = 'control') as control,
        max(latency_ms) filter (where arm = 'treatment') as treatment
    from ab_test_latency_quantile(p_test_id, '-infinity', 'infinity', 0.95)
) as p95
where config.test_id = p_test_id
$$;

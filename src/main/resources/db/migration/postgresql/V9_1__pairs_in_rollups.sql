-- A pair is a row with two answers whatever its group; the rest is as it was. What is rolled up already stays, for until now only
-- shadow rows could have two.
create or replace function ab_test_results_roll_up() returns trigger language plpgsql as $$
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
            filter (where control_action is not null and treatment_action is not null),
        count(*)
            filter (where control_action is not null and treatment_action is not null
                and actions_match),
        coalesce(sum(confidence_delta)
            filter (where control_action is not null and treatment_action is not null), 0),
        coalesce(sum(confidence_delta * confidence_delta)
            filter (where control_action is not null and treatment_action is not null), 0),
        coalesce(sum(latency_delta_ms)
            filter (where control_action is not null and treatment_action is not null), 0),
        coalesce(sum(latency_delta_ms * latency_delta_ms)
            filter (where control_action is not null and treatment_action is not null), 0),
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

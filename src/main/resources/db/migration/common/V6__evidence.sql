-- Limits that a treatment must keep, what an automatic decision rested on, and the evidence for decisions: counts and sums by
-- generation over a test's whole life, kept with each insert in both flavours. They begin with this migration.

alter table ab_test_configs add column guardrails jsonb;
alter table ab_test_events add column evidence jsonb;

-- One row per generation, updated by every batch: room for updates that touch no index.
create table ab_test_evidence (
    test_id                    varchar(100)     not null,
    generation                 bigint           not null,
    configured_split           double precision,
    control_rows               bigint           not null,
    treatment_rows             bigint           not null,
    shadow_rows                bigint           not null,
    control_units              bigint           not null,
    treatment_units            bigint           not null,
    control_failures           bigint           not null,
    treatment_failures         bigint           not null,
    control_only_failures      bigint           not null,
    treatment_only_failures    bigint           not null,
    both_failures              bigint           not null,
    treatment_errors           bigint           not null,
    treatment_timeouts         bigint           not null,
    treatment_rejections       bigint           not null,
    guard_open                 bigint           not null,
    shed                       bigint           not null,
    control_answers            bigint           not null,
    control_confidence_sum     double precision not null,
    control_confidence_sumsq   double precision not null,
    control_latency_sum        double precision not null,
    control_latency_sumsq      double precision not null,
    treatment_answers          bigint           not null,
    treatment_confidence_sum   double precision not null,
    treatment_confidence_sumsq double precision not null,
    treatment_latency_sum      double precision not null,
    treatment_latency_sumsq    double precision not null,
    pair_count                 bigint           not null,
    agree_count                bigint           not null,
    confidence_delta_sum       double precision not null,
    confidence_delta_sumsq     double precision not null,
    latency_delta_sum          double precision not null,
    latency_delta_sumsq        double precision not null,
    -- minutes that ab_test_latency_minutes does not hold any more
    control_batches            bigint           not null default 0,
    control_batch_sum          double precision not null default 0,
    control_batch_sumsq        double precision not null default 0,
    treatment_batches          bigint           not null default 0,
    treatment_batch_sum        double precision not null default 0,
    treatment_batch_sumsq      double precision not null default 0,
    primary key (test_id, generation)
) with (fillfactor = 10);

-- The units of a split, each with the generation that saw it first. A unit that is its own request is new by definition and
-- is not kept.
create table ab_test_units (
    test_id        varchar(100) not null,
    unit_id        varchar(100) not null,
    generation     bigint       not null,
    assigned_group varchar(20)  not null,
    primary key (test_id, unit_id)
);

-- Forward passes of the arms' own answers in milliseconds: requests of one minute depend on each other, minutes hardly do.
create table ab_test_latency_minutes (
    test_id         varchar(100)     not null,
    generation      bigint           not null,
    minute          timestamptz      not null,
    control_count   bigint           not null,
    control_sum     double precision not null,
    treatment_count bigint           not null,
    treatment_sum   double precision not null,
    primary key (test_id, generation, minute)
) with (fillfactor = 50);

-- What replicas counted before anything could get lost. A run is the life of one count in one process; its numbers only grow.
create table ab_test_tallies (
    test_id            varchar(100) not null,
    generation         bigint       not null,
    run                uuid         not null,
    configured_split   double precision,
    assigned_control   bigint       not null,
    assigned_treatment bigint       not null,
    assigned_shadow    bigint       not null,
    noise_pairs        bigint       not null,
    noise_agreeing     bigint       not null,
    primary key (test_id, generation, run)
) with (fillfactor = 50);

-- Adds rows that were really stored to the evidence, and returns how many they are. Called in the statement that stores
-- them, so that each row counts once, however often it is sent. A function and not a trigger, because a hypertable takes no
-- trigger with a transition table; statements of its own and not more CTEs of the caller's, because those would take their
-- locks in an order that is nobody's promise. The tables, and the keys in each, are taken in the same order by every batch.
create function ab_test_account(stored ab_test_results[]) returns bigint language plpgsql as $$
begin
    if stored is null then
        return 0;
    end if;

    with drawn as (
        select distinct on (test_id, unit_id) test_id, unit_id, generation, assigned_group
        from unnest(stored)
        where assigned_group <> 'shadow' and unit_id <> request_id
        order by test_id, unit_id, time, row_id
    ), first_seen as (
        insert into ab_test_units (test_id, unit_id, generation, assigned_group)
        select test_id, unit_id, generation, assigned_group
        from drawn
        order by test_id, unit_id
        on conflict do nothing
        returning test_id, generation, assigned_group
    ), units as (
        select
            test_id,
            generation,
            count(*) filter (where assigned_group = 'control') as control,
            count(*) filter (where assigned_group = 'treatment') as treatment
        from first_seen
        group by test_id, generation
    ), observed as (
        select
            *,
            assigned_group = 'control' as is_control,
            assigned_group = 'treatment' as is_treatment,
            assigned_group = 'shadow' as is_shadow,
            assigned_group <> 'treatment' and control_action is not null as control_answered,
            assigned_group <> 'control' and treatment_action is not null as treatment_answered,
            assigned_group = 'shadow' and control_action is not null and treatment_action is not null as is_pair,
            -- a model that was refused a place did not run
            coalesce(control_error in ('error', 'invalid', 'timeout'), false) as control_failed,
            coalesce(treatment_error in ('error', 'invalid', 'timeout'), false) as treatment_failed
        from unnest(stored)
    ), counted as (
        select
            test_id,
            generation,
            max(configured_split) as configured_split,
            count(*) filter (where is_control) as control_rows,
            count(*) filter (where is_treatment) as treatment_rows,
            count(*) filter (where is_shadow) as shadow_rows,
            count(*) filter (where is_control and coalesce(unit_id, request_id) = request_id) as control_units,
            count(*) filter (where is_treatment and coalesce(unit_id, request_id) = request_id) as treatment_units,
            count(*) filter (where is_control and served_by is null) as control_failures,
            count(*) filter (where is_treatment
                and fallback in ('treatment_error', 'treatment_timeout', 'treatment_rejected', 'guard_open'))
                as treatment_failures,
            -- which of the two fails is a question to requests for which both ran
            count(*) filter (where is_shadow and control_failed and treatment_answered) as control_only_failures,
            count(*) filter (where is_shadow and treatment_failed and control_answered) as treatment_only_failures,
            count(*) filter (where is_shadow and control_failed and treatment_failed) as both_failures,
            count(*) filter (where not is_control and treatment_error in ('error', 'invalid')) as treatment_errors,
            count(*) filter (where not is_control and treatment_error = 'timeout') as treatment_timeouts,
            count(*) filter (where is_treatment and fallback = 'treatment_rejected') as treatment_rejections,
            count(*) filter (where not is_control and fallback = 'guard_open') as guard_open,
            count(*) filter (where is_shadow and treatment_error = 'rejected') as shed,
            count(*) filter (where control_answered) as control_answers,
            coalesce(sum(control_confidence) filter (where control_answered), 0) as control_confidence_sum,
            coalesce(sum(control_confidence * control_confidence) filter (where control_answered), 0)
                as control_confidence_sumsq,
            coalesce(sum(control_latency_ms) filter (where control_answered), 0) as control_latency_sum,
            coalesce(sum(control_latency_ms * control_latency_ms) filter (where control_answered), 0)
                as control_latency_sumsq,
            count(*) filter (where treatment_answered) as treatment_answers,
            coalesce(sum(treatment_confidence) filter (where treatment_answered), 0) as treatment_confidence_sum,
            coalesce(sum(treatment_confidence * treatment_confidence) filter (where treatment_answered), 0)
                as treatment_confidence_sumsq,
            coalesce(sum(treatment_latency_ms) filter (where treatment_answered), 0) as treatment_latency_sum,
            coalesce(sum(treatment_latency_ms * treatment_latency_ms) filter (where treatment_answered), 0)
                as treatment_latency_sumsq,
            count(*) filter (where is_pair) as pair_count,
            count(*) filter (where is_pair and actions_match) as agree_count,
            coalesce(sum(confidence_delta) filter (where is_pair), 0) as confidence_delta_sum,
            coalesce(sum(confidence_delta * confidence_delta) filter (where is_pair), 0) as confidence_delta_sumsq,
            coalesce(sum(latency_delta_ms) filter (where is_pair), 0) as latency_delta_sum,
            coalesce(sum(latency_delta_ms * latency_delta_ms) filter (where is_pair), 0) as latency_delta_sumsq
        from observed
        group by test_id, generation
    )
    insert into ab_test_evidence as kept (
        test_id, generation, configured_split, control_rows, treatment_rows, shadow_rows, control_units, treatment_units,
        control_failures, treatment_failures, control_only_failures, treatment_only_failures, both_failures,
        treatment_errors, treatment_timeouts, treatment_rejections, guard_open, shed,
        control_answers, control_confidence_sum, control_confidence_sumsq, control_latency_sum, control_latency_sumsq,
        treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq, treatment_latency_sum,
        treatment_latency_sumsq, pair_count, agree_count, confidence_delta_sum, confidence_delta_sumsq, latency_delta_sum,
        latency_delta_sumsq
    )
    select
        test_id, generation, configured_split, control_rows, treatment_rows, shadow_rows,
        control_units + coalesce(units.control, 0), treatment_units + coalesce(units.treatment, 0),
        control_failures, treatment_failures, control_only_failures, treatment_only_failures, both_failures,
        treatment_errors, treatment_timeouts, treatment_rejections, guard_open, shed,
        control_answers, control_confidence_sum, control_confidence_sumsq, control_latency_sum, control_latency_sumsq,
        treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq, treatment_latency_sum,
        treatment_latency_sumsq, pair_count, agree_count, confidence_delta_sum, confidence_delta_sumsq, latency_delta_sum,
        latency_delta_sumsq
    from counted
    left join units using (test_id, generation)
    order by test_id, generation
    on conflict (test_id, generation) do update set
        configured_split = coalesce(kept.configured_split, excluded.configured_split),
        control_rows = kept.control_rows + excluded.control_rows,
        treatment_rows = kept.treatment_rows + excluded.treatment_rows,
        shadow_rows = kept.shadow_rows + excluded.shadow_rows,
        control_units = kept.control_units + excluded.control_units,
        treatment_units = kept.treatment_units + excluded.treatment_units,
        control_failures = kept.control_failures + excluded.control_failures,
        treatment_failures = kept.treatment_failures + excluded.treatment_failures,
        control_only_failures = kept.control_only_failures + excluded.control_only_failures,
        treatment_only_failures = kept.treatment_only_failures + excluded.treatment_only_failures,
        both_failures = kept.both_failures + excluded.both_failures,
        treatment_errors = kept.treatment_errors + excluded.treatment_errors,
        treatment_timeouts = kept.treatment_timeouts + excluded.treatment_timeouts,
        treatment_rejections = kept.treatment_rejections + excluded.treatment_rejections,
        guard_open = kept.guard_open + excluded.guard_open,
        shed = kept.shed + excluded.shed,
        control_answers = kept.control_answers + excluded.control_answers,
        control_confidence_sum = kept.control_confidence_sum + excluded.control_confidence_sum,
        control_confidence_sumsq = kept.control_confidence_sumsq + excluded.control_confidence_sumsq,
        control_latency_sum = kept.control_latency_sum + excluded.control_latency_sum,
        control_latency_sumsq = kept.control_latency_sumsq + excluded.control_latency_sumsq,
        treatment_answers = kept.treatment_answers + excluded.treatment_answers,
        treatment_confidence_sum = kept.treatment_confidence_sum + excluded.treatment_confidence_sum,
        treatment_confidence_sumsq = kept.treatment_confidence_sumsq + excluded.treatment_confidence_sumsq,
        treatment_latency_sum = kept.treatment_latency_sum + excluded.treatment_latency_sum,
        treatment_latency_sumsq = kept.treatment_latency_sumsq + excluded.treatment_latency_sumsq,
        pair_count = kept.pair_count + excluded.pair_count,
        agree_count = kept.agree_count + excluded.agree_count,
        confidence_delta_sum = kept.confidence_delta_sum + excluded.confidence_delta_sum,
        confidence_delta_sumsq = kept.confidence_delta_sumsq + excluded.confidence_delta_sumsq,
        latency_delta_sum = kept.latency_delta_sum + excluded.latency_delta_sum,
        latency_delta_sumsq = kept.latency_delta_sumsq + excluded.latency_delta_sumsq;

    insert into ab_test_latency_minutes as kept
        (test_id, generation, minute, control_count, control_sum, treatment_count, treatment_sum)
    select
        test_id,
        generation,
        date_bin(interval '1 minute', time, timestamptz '2000-01-01 00:00:00+00'),
        count(control_latency_ms) filter (where assigned_group <> 'treatment' and control_action is not null),
        coalesce(sum(control_latency_ms) filter (where assigned_group <> 'treatment' and control_action is not null), 0),
        count(treatment_latency_ms) filter (where assigned_group <> 'control' and treatment_action is not null),
        coalesce(sum(treatment_latency_ms) filter (where assigned_group <> 'control' and treatment_action is not null), 0)
    from unnest(stored)
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (test_id, generation, minute) do update set
        control_count = kept.control_count + excluded.control_count,
        control_sum = kept.control_sum + excluded.control_sum,
        treatment_count = kept.treatment_count + excluded.treatment_count,
        treatment_sum = kept.treatment_sum + excluded.treatment_sum;

    return cardinality(stored);
end;
$$;

-- Takes old minutes into the row of their generation, which is all that anybody asks of them, and returns how many. A row
-- that comes later still opens its minute again, as a batch of its own.
create function fold_ab_test_latency_minutes(older_than interval default interval '1 day')
returns bigint language plpgsql as $$
declare
    folded bigint;
begin
    -- evidence first and minutes second, as a batch takes them
    perform 1
    from ab_test_evidence
    where (test_id, generation) in (select test_id, generation from ab_test_latency_minutes where minute < now() - older_than)
    order by test_id, generation
    for update;

    with ended as (
        delete from ab_test_latency_minutes where minute < now() - older_than returning *
    ), sums as (
        select
            test_id,
            generation,
            count(*) as minutes,
            count(*) filter (where control_count > 0) as control_batches,
            coalesce(sum(control_sum / nullif(control_count, 0)), 0) as control_sum,
            coalesce(sum((control_sum / nullif(control_count, 0)) ^ 2), 0) as control_sumsq,
            count(*) filter (where treatment_count > 0) as treatment_batches,
            coalesce(sum(treatment_sum / nullif(treatment_count, 0)), 0) as treatment_sum,
            coalesce(sum((treatment_sum / nullif(treatment_count, 0)) ^ 2), 0) as treatment_sumsq
        from ended
        group by test_id, generation
    ), added as (
        update ab_test_evidence as kept set
            control_batches = kept.control_batches + sums.control_batches,
            control_batch_sum = kept.control_batch_sum + sums.control_sum,
            control_batch_sumsq = kept.control_batch_sumsq + sums.control_sumsq,
            treatment_batches = kept.treatment_batches + sums.treatment_batches,
            treatment_batch_sum = kept.treatment_batch_sum + sums.treatment_sum,
            treatment_batch_sumsq = kept.treatment_batch_sumsq + sums.treatment_sumsq
        from sums
        where kept.test_id = sums.test_id and kept.generation = sums.generation
        returning sums.minutes
    )
    select coalesce(sum(minutes), 0) into folded from added;
    return folded;
end;
$$;

-- The latency histograms of a test's generations, over its whole life.
create function ab_test_latency_of_generations(p_test_id varchar)
returns table (generation bigint, arm varchar, bucket integer, count bigint) language sql stable parallel safe as $$
select generation, arm, latency_bucket, sum(count)::bigint
from ab_test_latency_daily
where test_id = p_test_id
group by 1, 2, 3
$$;

-- All that a decision about a test needs, one row per generation, from one snapshot. A generation whose rows have not come
-- yet, or got lost, is there with what the replicas counted.
create function ab_test_evidence_by_generation(p_test_id varchar)
returns table (
    generation                 bigint,
    configured_split           double precision,
    assigned_control           bigint,
    assigned_treatment         bigint,
    assigned_shadow            bigint,
    control_rows               bigint,
    treatment_rows             bigint,
    shadow_rows                bigint,
    control_units              bigint,
    treatment_units            bigint,
    control_failures           bigint,
    treatment_failures         bigint,
    control_only_failures      bigint,
    treatment_only_failures    bigint,
    both_failures              bigint,
    treatment_errors           bigint,
    treatment_timeouts         bigint,
    treatment_rejections       bigint,
    guard_open                 bigint,
    shed                       bigint,
    control_answers            bigint,
    control_confidence_sum     double precision,
    control_confidence_sumsq   double precision,
    control_latency_sum        double precision,
    control_latency_sumsq      double precision,
    control_batches            bigint,
    control_batch_sum          double precision,
    control_batch_sumsq        double precision,
    treatment_answers          bigint,
    treatment_confidence_sum   double precision,
    treatment_confidence_sumsq double precision,
    treatment_latency_sum      double precision,
    treatment_latency_sumsq    double precision,
    treatment_batches          bigint,
    treatment_batch_sum        double precision,
    treatment_batch_sumsq      double precision,
    pair_count                 bigint,
    agree_count                bigint,
    confidence_delta_sum       double precision,
    confidence_delta_sumsq     double precision,
    latency_delta_sum          double precision,
    latency_delta_sumsq        double precision,
    noise_pairs                bigint,
    noise_agreeing             bigint,
    control_latency_buckets    integer[],
    control_latency_counts     bigint[],
    treatment_latency_buckets  integer[],
    treatment_latency_counts   bigint[]
) language sql stable parallel safe as $$
with evidence as (
    select * from ab_test_evidence where test_id = p_test_id
), tallies as (
    select
        generation,
        max(configured_split) as configured_split,
        sum(assigned_control)::bigint as assigned_control,
        sum(assigned_treatment)::bigint as assigned_treatment,
        sum(assigned_shadow)::bigint as assigned_shadow,
        sum(noise_pairs)::bigint as noise_pairs,
        sum(noise_agreeing)::bigint as noise_agreeing
    from ab_test_tallies
    where test_id = p_test_id
    group by generation
), minutes as (
    select
        generation,
        count(*) filter (where control_count > 0) as control_batches,
        coalesce(sum(control_sum / nullif(control_count, 0)), 0) as control_sum,
        coalesce(sum((control_sum / nullif(control_count, 0)) ^ 2), 0) as control_sumsq,
        count(*) filter (where treatment_count > 0) as treatment_batches,
        coalesce(sum(treatment_sum / nullif(treatment_count, 0)), 0) as treatment_sum,
        coalesce(sum((treatment_sum / nullif(treatment_count, 0)) ^ 2), 0) as treatment_sumsq
    from ab_test_latency_minutes
    where test_id = p_test_id
    group by generation
), latencies as (
    select
        generation,
        array_agg(bucket order by bucket) filter (where arm = 'control') as control_buckets,
        array_agg(count order by bucket) filter (where arm = 'control') as control_counts,
        array_agg(bucket order by bucket) filter (where arm = 'treatment') as treatment_buckets,
        array_agg(count order by bucket) filter (where arm = 'treatment') as treatment_counts
    from ab_test_latency_of_generations(p_test_id)
    group by generation
)
select
    generation,
    coalesce(evidence.configured_split, tallies.configured_split),
    coalesce(assigned_control, 0),
    coalesce(assigned_treatment, 0),
    coalesce(assigned_shadow, 0),
    coalesce(control_rows, 0),
    coalesce(treatment_rows, 0),
    coalesce(shadow_rows, 0),
    coalesce(control_units, 0),
    coalesce(treatment_units, 0),
    coalesce(control_failures, 0),
    coalesce(treatment_failures, 0),
    coalesce(control_only_failures, 0),
    coalesce(treatment_only_failures, 0),
    coalesce(both_failures, 0),
    coalesce(treatment_errors, 0),
    coalesce(treatment_timeouts, 0),
    coalesce(treatment_rejections, 0),
    coalesce(guard_open, 0),
    coalesce(shed, 0),
    coalesce(control_answers, 0),
    coalesce(control_confidence_sum, 0),
    coalesce(control_confidence_sumsq, 0),
    coalesce(control_latency_sum, 0),
    coalesce(control_latency_sumsq, 0),
    coalesce(evidence.control_batches, 0) + coalesce(minutes.control_batches, 0),
    coalesce(evidence.control_batch_sum, 0) + coalesce(minutes.control_sum, 0),
    coalesce(evidence.control_batch_sumsq, 0) + coalesce(minutes.control_sumsq, 0),
    coalesce(treatment_answers, 0),
    coalesce(treatment_confidence_sum, 0),
    coalesce(treatment_confidence_sumsq, 0),
    coalesce(treatment_latency_sum, 0),
    coalesce(treatment_latency_sumsq, 0),
    coalesce(evidence.treatment_batches, 0) + coalesce(minutes.treatment_batches, 0),
    coalesce(evidence.treatment_batch_sum, 0) + coalesce(minutes.treatment_sum, 0),
    coalesce(evidence.treatment_batch_sumsq, 0) + coalesce(minutes.treatment_sumsq, 0),
    coalesce(pair_count, 0),
    coalesce(agree_count, 0),
    coalesce(confidence_delta_sum, 0),
    coalesce(confidence_delta_sumsq, 0),
    coalesce(latency_delta_sum, 0),
    coalesce(latency_delta_sumsq, 0),
    coalesce(noise_pairs, 0),
    coalesce(noise_agreeing, 0),
    coalesce(control_buckets, '{}'),
    coalesce(control_counts, '{}'),
    coalesce(treatment_buckets, '{}'),
    coalesce(treatment_counts, '{}')
from evidence
full join tallies using (generation)
left join minutes using (generation)
left join latencies using (generation)
order by generation
$$;

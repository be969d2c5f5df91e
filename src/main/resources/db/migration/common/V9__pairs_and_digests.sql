-- Pairs in a split, and what is known of the models of every row: names, versions, digests, and what a model that failed said.
-- Evidence is kept by generation and by the digests of both models, so that what one version has shown is never taken for what
-- another has. Rows and evidence from before have no digests, '' in a key.

alter table ab_test_results
    add column control_model          varchar(255),
    add column treatment_model        varchar(255),
    add column control_model_digest   varchar(12),
    add column treatment_model_digest varchar(12),
    add column control_error_detail   varchar(200),
    add column treatment_error_detail varchar(200),
    add column pair                   varchar(20);

-- Any row with two answers may disagree, in a split as well as in a shadow.
drop index ab_test_results_disagreements;

create index ab_test_results_disagreements
    on ab_test_results (test_id, time desc, row_id desc)
    where actions_match is false;

-- As before, but that a pair is a row with two answers whatever its group. Until now only shadow rows could have two.
create or replace function ab_test_sums_of_rows(p_test_id varchar, p_from timestamptz, p_to timestamptz)
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
where test_id = p_test_id and time >= p_from and time < p_to
group by generation
$$;

alter table ab_test_evidence
    drop constraint ab_test_evidence_pkey,
    add column control_digest    varchar(12) not null default '',
    add column treatment_digest  varchar(12) not null default '',
    add column control_version   text,
    add column treatment_version text,
    add column first_time        timestamptz,
    add column last_time         timestamptz,
    add column paired_rows       bigint      not null default 0,
    add column withheld          bigint      not null default 0,
    add primary key (test_id, generation, control_digest, treatment_digest);

alter table ab_test_latency_minutes
    drop constraint ab_test_latency_minutes_pkey,
    add column control_digest   varchar(12) not null default '',
    add column treatment_digest varchar(12) not null default '',
    add primary key (test_id, generation, control_digest, treatment_digest, minute);

-- The histograms that decisions rest on. Those for looking at are by hours and days and know no versions.
create table ab_test_evidence_latencies (
    test_id          varchar(100) not null,
    generation       bigint       not null,
    control_digest   varchar(12)  not null,
    treatment_digest varchar(12)  not null,
    arm              varchar(20)  not null,
    paired           boolean      not null,
    latency_bucket   integer      not null,
    count            bigint       not null,
    primary key (test_id, generation, control_digest, treatment_digest, arm, paired, latency_bucket)
) with (fillfactor = 50);

insert into ab_test_evidence_latencies
    (test_id, generation, control_digest, treatment_digest, arm, paired, latency_bucket, count)
select test_id, generation, '', '', arm, false, latency_bucket, sum(count)
from ab_test_latency_daily
group by test_id, generation, arm, latency_bucket;

-- As before, by version.
create or replace function ab_test_account(stored ab_test_results[]) returns bigint language plpgsql as $$
begin
    if stored is null then
        return 0;
    end if;

    with drawn as (
        select distinct on (test_id, unit_id)
            test_id, unit_id, generation, assigned_group,
            coalesce(control_model_digest, '') as control_digest,
            coalesce(treatment_model_digest, '') as treatment_digest
        from unnest(stored)
        where assigned_group <> 'shadow' and unit_id <> request_id
        order by test_id, unit_id, time, row_id
    ), first_seen as (
        insert into ab_test_units (test_id, unit_id, generation, assigned_group)
        select test_id, unit_id, generation, assigned_group
        from drawn
        order by test_id, unit_id
        on conflict do nothing
        returning test_id, unit_id, generation, assigned_group
    ), units as (
        select
            test_id,
            generation,
            control_digest,
            treatment_digest,
            count(*) filter (where assigned_group = 'control') as control,
            count(*) filter (where assigned_group = 'treatment') as treatment
        from first_seen
        join drawn using (test_id, unit_id, generation, assigned_group)
        group by 1, 2, 3, 4
    ), observed as (
        select
            *,
            coalesce(control_model_digest, '') as control_digest,
            coalesce(treatment_model_digest, '') as treatment_digest,
            assigned_group = 'control' as is_control,
            assigned_group = 'treatment' as is_treatment,
            assigned_group = 'shadow' as is_shadow,
            assigned_group <> 'treatment' and control_action is not null as control_answered,
            assigned_group <> 'control' and treatment_action is not null as treatment_answered,
            control_action is not null and treatment_action is not null as is_pair,
            -- of a split, a pair whose second model never came to an end is none
            coalesce(pair = 'paired', false)
                and coalesce(control_action, control_error) is not null
                and coalesce(treatment_action, treatment_error) is not null as is_paired,
            -- a model that was refused a place did not run
            coalesce(control_error in ('error', 'invalid', 'timeout'), false) as control_failed,
            coalesce(treatment_error in ('error', 'invalid', 'timeout'), false) as treatment_failed
        from unnest(stored)
    ), counted as (
        select
            test_id,
            generation,
            control_digest,
            treatment_digest,
            max(control_model || '@' || control_model_version || '#' || control_model_digest) as control_version,
            max(treatment_model || '@' || treatment_model_version || '#' || treatment_model_digest) as treatment_version,
            min(time) as first_time,
            max(time) as last_time,
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
            count(*) filter (where (is_shadow or is_paired) and control_failed and treatment_action is not null)
                as control_only_failures,
            count(*) filter (where (is_shadow or is_paired) and treatment_failed and control_action is not null)
                as treatment_only_failures,
            count(*) filter (where (is_shadow or is_paired) and control_failed and treatment_failed) as both_failures,
            count(*) filter (where not is_control and treatment_error in ('error', 'invalid')) as treatment_errors,
            count(*) filter (where not is_control and treatment_error = 'timeout') as treatment_timeouts,
            count(*) filter (where is_treatment and fallback = 'treatment_rejected') as treatment_rejections,
            count(*) filter (where not is_control and fallback = 'guard_open') as guard_open,
            count(*) filter (where (is_shadow and treatment_error = 'rejected') or pair = 'shed') as shed,
            count(*) filter (where is_paired) as paired_rows,
            -- the service's own doing, and nothing that treatment could answer for
            count(*) filter (where not is_control and fallback in ('fenced', 'test_disabled')) as withheld,
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
        group by test_id, generation, control_digest, treatment_digest
    )
    insert into ab_test_evidence as kept (
        test_id, generation, control_digest, treatment_digest, control_version, treatment_version, first_time, last_time,
        paired_rows, withheld, configured_split, control_rows, treatment_rows, shadow_rows, control_units, treatment_units,
        control_failures, treatment_failures, control_only_failures, treatment_only_failures, both_failures,
        treatment_errors, treatment_timeouts, treatment_rejections, guard_open, shed,
        control_answers, control_confidence_sum, control_confidence_sumsq, control_latency_sum, control_latency_sumsq,
        treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq, treatment_latency_sum,
        treatment_latency_sumsq, pair_count, agree_count, confidence_delta_sum, confidence_delta_sumsq, latency_delta_sum,
        latency_delta_sumsq
    )
    select
        test_id, generation, control_digest, treatment_digest, control_version, treatment_version, first_time, last_time,
        paired_rows, withheld, configured_split, control_rows, treatment_rows, shadow_rows,
        control_units + coalesce(units.control, 0), treatment_units + coalesce(units.treatment, 0),
        control_failures, treatment_failures, control_only_failures, treatment_only_failures, both_failures,
        treatment_errors, treatment_timeouts, treatment_rejections, guard_open, shed,
        control_answers, control_confidence_sum, control_confidence_sumsq, control_latency_sum, control_latency_sumsq,
        treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq, treatment_latency_sum,
        treatment_latency_sumsq, pair_count, agree_count, confidence_delta_sum, confidence_delta_sumsq, latency_delta_sum,
        latency_delta_sumsq
    from counted
    left join units using (test_id, generation, control_digest, treatment_digest)
    order by test_id, generation, control_digest, treatment_digest
    on conflict (test_id, generation, control_digest, treatment_digest) do update set
        control_version = coalesce(kept.control_version, excluded.control_version),
        treatment_version = coalesce(kept.treatment_version, excluded.treatment_version),
        first_time = least(kept.first_time, excluded.first_time),
        last_time = greatest(kept.last_time, excluded.last_time),
        paired_rows = kept.paired_rows + excluded.paired_rows,
        withheld = kept.withheld + excluded.withheld,
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

    insert into ab_test_latency_minutes as kept (
        test_id, generation, control_digest, treatment_digest, minute,
        control_count, control_sum, treatment_count, treatment_sum
    )
    select
        test_id,
        generation,
        coalesce(control_model_digest, ''),
        coalesce(treatment_model_digest, ''),
        date_bin(interval '1 minute', time, timestamptz '2000-01-01 00:00:00+00'),
        count(control_latency_ms) filter (where assigned_group <> 'treatment' and control_action is not null),
        coalesce(sum(control_latency_ms) filter (where assigned_group <> 'treatment' and control_action is not null), 0),
        count(treatment_latency_ms) filter (where assigned_group <> 'control' and treatment_action is not null),
        coalesce(sum(treatment_latency_ms) filter (where assigned_group <> 'control' and treatment_action is not null), 0)
    from unnest(stored)
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
    on conflict (test_id, generation, control_digest, treatment_digest, minute) do update set
        control_count = kept.control_count + excluded.control_count,
        control_sum = kept.control_sum + excluded.control_sum,
        treatment_count = kept.treatment_count + excluded.treatment_count,
        treatment_sum = kept.treatment_sum + excluded.treatment_sum;

    -- An arm's own answers, and once more, apart from these, both answers of the pairs of a split.
    insert into ab_test_evidence_latencies as kept (
        test_id, generation, control_digest, treatment_digest, arm, paired, latency_bucket, count
    )
    select
        test_id,
        generation,
        coalesce(control_model_digest, ''),
        coalesce(treatment_model_digest, ''),
        answer.arm,
        answer.paired,
        ab_latency_bucket(answer.latency_ms),
        count(*)
    from unnest(stored)
    cross join lateral (values
        ('control', false, control_latency_ms, assigned_group <> 'treatment' and control_action is not null),
        ('treatment', false, treatment_latency_ms, assigned_group <> 'control' and treatment_action is not null),
        ('control', true, control_latency_ms,
            assigned_group <> 'shadow' and control_action is not null and treatment_action is not null),
        ('treatment', true, treatment_latency_ms,
            assigned_group <> 'shadow' and control_action is not null and treatment_action is not null)
    ) as answer (arm, paired, latency_ms, counts)
    where answer.counts and answer.latency_ms is not null
    group by 1, 2, 3, 4, 5, 6, 7
    order by 1, 2, 3, 4, 5, 6, 7
    on conflict (test_id, generation, control_digest, treatment_digest, arm, paired, latency_bucket)
        do update set count = kept.count + excluded.count;

    return cardinality(stored);
end;
$$;

-- Takes old minutes into the row of their generation, which is all that anybody asks of them, and returns how many. A row
-- that comes later still opens its minute again, as a batch of its own.
create or replace function fold_ab_test_latency_minutes(older_than interval default interval '1 day')
returns bigint language plpgsql as $$
declare
    folded bigint;
begin
    -- evidence first and minutes second, as a batch takes them
    perform 1
    from ab_test_evidence
    where (test_id, generation, control_digest, treatment_digest) in (
        select test_id, generation, control_digest, treatment_digest
        from ab_test_latency_minutes
        where minute < now() - older_than
    )
    order by test_id, generation, control_digest, treatment_digest
    for update;

    with ended as (
        delete from ab_test_latency_minutes where minute < now() - older_than returning *
    ), sums as (
        select
            test_id,
            generation,
            control_digest,
            treatment_digest,
            count(*) as minutes,
            count(*) filter (where control_count > 0) as control_batches,
            coalesce(sum(control_sum / nullif(control_count, 0)), 0) as control_sum,
            coalesce(sum((control_sum / nullif(control_count, 0)) ^ 2), 0) as control_sumsq,
            count(*) filter (where treatment_count > 0) as treatment_batches,
            coalesce(sum(treatment_sum / nullif(treatment_count, 0)), 0) as treatment_sum,
            coalesce(sum((treatment_sum / nullif(treatment_count, 0)) ^ 2), 0) as treatment_sumsq
        from ended
        group by 1, 2, 3, 4
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
            and kept.control_digest = sums.control_digest and kept.treatment_digest = sums.treatment_digest
        returning sums.minutes
    )
    select coalesce(sum(minutes), 0) into folded from added;
    return folded;
end;
$$;

drop function ab_test_evidence_by_generation(varchar);

drop function ab_test_latency_of_generations(varchar);

-- All that a decision about a test needs, from one snapshot: one row for each generation and each pair of model versions that it
-- had, those of a generation in the order in which they were seen last. A generation whose rows have not come yet, or got lost,
-- is there with what the replicas counted. They count by generation: where one had several versions, each but the last is taken
-- to have lost nothing, and what control disagreed with itself about is left out, because it is not known of which.
create function ab_test_evidence_by_generation(p_test_id varchar)
returns table (
    generation                 bigint,
    control_digest             varchar,
    treatment_digest           varchar,
    control_version            text,
    treatment_version          text,
    first_time                 timestamptz,
    last_time                  timestamptz,
    paired_rows                bigint,
    withheld                   bigint,
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
    treatment_latency_counts   bigint[],
    paired_control_latency_buckets   integer[],
    paired_control_latency_counts    bigint[],
    paired_treatment_latency_buckets integer[],
    paired_treatment_latency_counts  bigint[]
) language sql stable parallel safe as $$
with evidence as (
    select
        *,
        row_number() over latest_first as place,
        count(*) over generations as versions,
        sum(control_rows) over generations - control_rows as other_control,
        sum(treatment_rows) over generations - treatment_rows as other_treatment,
        sum(shadow_rows) over generations - shadow_rows as other_shadow
    from ab_test_evidence
    where test_id = p_test_id
    window
        generations as (partition by generation),
        latest_first as (partition by generation
            order by last_time desc nulls last, first_time desc nulls last, control_digest, treatment_digest)
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
        control_digest,
        treatment_digest,
        count(*) filter (where control_count > 0) as control_batches,
        coalesce(sum(control_sum / nullif(control_count, 0)), 0) as control_sum,
        coalesce(sum((control_sum / nullif(control_count, 0)) ^ 2), 0) as control_sumsq,
        count(*) filter (where treatment_count > 0) as treatment_batches,
        coalesce(sum(treatment_sum / nullif(treatment_count, 0)), 0) as treatment_sum,
        coalesce(sum((treatment_sum / nullif(treatment_count, 0)) ^ 2), 0) as treatment_sumsq
    from ab_test_latency_minutes
    where test_id = p_test_id
    group by 1, 2, 3
), latencies as (
    select
        generation,
        control_digest,
        treatment_digest,
        array_agg(latency_bucket order by latency_bucket) filter (where arm = 'control' and not paired) as control_buckets,
        array_agg(count order by latency_bucket) filter (where arm = 'control' and not paired) as control_counts,
        array_agg(latency_bucket order by latency_bucket) filter (where arm = 'treatment' and not paired) as treatment_buckets,
        array_agg(count order by latency_bucket) filter (where arm = 'treatment' and not paired) as treatment_counts,
        array_agg(latency_bucket order by latency_bucket) filter (where arm = 'control' and paired) as paired_control_buckets,
        array_agg(count order by latency_bucket) filter (where arm = 'control' and paired) as paired_control_counts,
        array_agg(latency_bucket order by latency_bucket) filter (where arm = 'treatment' and paired)
            as paired_treatment_buckets,
        array_agg(count order by latency_bucket) filter (where arm = 'treatment' and paired) as paired_treatment_counts
    from ab_test_evidence_latencies
    where test_id = p_test_id
    group by 1, 2, 3
)
select
    generation,
    coalesce(control_digest, ''),
    coalesce(treatment_digest, ''),
    control_version,
    treatment_version,
    first_time,
    last_time,
    coalesce(paired_rows, 0),
    coalesce(withheld, 0),
    coalesce(evidence.configured_split, tallies.configured_split),
    case
        when assigned_control is null then 0
        when coalesce(place, 1) = 1 then greatest(assigned_control - coalesce(other_control, 0), 0)
        else control_rows
    end::bigint,
    case
        when assigned_treatment is null then 0
        when coalesce(place, 1) = 1 then greatest(assigned_treatment - coalesce(other_treatment, 0), 0)
        else treatment_rows
    end::bigint,
    case
        when assigned_shadow is null then 0
        when coalesce(place, 1) = 1 then greatest(assigned_shadow - coalesce(other_shadow, 0), 0)
        else shadow_rows
    end::bigint,
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
    case when coalesce(versions, 1) = 1 then coalesce(noise_pairs, 0) else 0 end,
    case when coalesce(versions, 1) = 1 then coalesce(noise_agreeing, 0) else 0 end,
    coalesce(control_buckets, '{}'),
    coalesce(control_counts, '{}'),
    coalesce(treatment_buckets, '{}'),
    coalesce(treatment_counts, '{}'),
    coalesce(paired_control_buckets, '{}'),
    coalesce(paired_control_counts, '{}'),
    coalesce(paired_treatment_buckets, '{}'),
    coalesce(paired_treatment_counts, '{}')
from evidence
full join tallies using (generation)
left join minutes using (generation, control_digest, treatment_digest)
left join latencies using (generation, control_digest, treatment_digest)
order by generation, place desc
$$;

-- One ledger, kept in the transaction of each insert in both flavours. What a stored row contributes is said once, in
-- ab_test_contribution, and kept once, in ab_test_account: one entry per test, generation, versions of both models, hour and
-- block. The evidence for decisions, the figures of a window of time, and on plain PostgreSQL the hourly and daily figures are sums
-- over these entries. Beside them are what cannot be added up from them: histograms, counts of answers, units, and the moments
-- from which it follows how much requests depend on each other.

-- Replicas of an earlier release read and write meanwhile. What this migration and those after it alter or drop is locked first,
-- all or nothing: LOCK TABLE takes one table after the other, and no order of them suits all. A query of a window takes the sums
-- before the rows, and a batch takes the rows before the sums, so one of the two would wait for a table held here and hold a table
-- that is waited for here. So a lock that does not come soon gives all of them back, and the next try waits a little longer. From
-- then on no batch can come between what is carried over and what is booked.
do $lock$
declare
    relations text;
    before    text := current_setting('lock_timeout');
    patience  integer := 50;
begin
    select string_agg(format('%I.%I', current_schema(), name), ', ' order by place) into relations
    from unnest(array[
        'ab_test_metrics_daily', 'ab_test_metrics_hourly', 'ab_test_latency_daily', 'ab_test_latency_hourly',
        'ab_test_control_latency_daily', 'ab_test_treatment_latency_daily', 'ab_test_control_latency_hourly',
        'ab_test_treatment_latency_hourly', 'ab_test_sums_hourly', 'ab_test_sums_hourly_old', 'ab_test_actions_hourly',
        'ab_test_configs', 'ab_test_results', 'ab_test_evidence', 'ab_test_latency_minutes', 'ab_test_evidence_latencies'
    ]) with ordinality as altered (name, place)
    where to_regclass(format('%I.%I', current_schema(), name)) is not null;

    loop
        perform set_config('lock_timeout', patience || 'ms', true);
        begin
            execute 'lock table ' || relations || ' in access exclusive mode';
            exit;
        exception when lock_not_available or deadlock_detected then
            patience := least(patience + 50, 2000);
        end;
        perform set_config('lock_timeout', '0', true);
        perform pg_sleep(random() / 5);
    end loop;
    perform set_config('lock_timeout', before, true);
end;
$lock$;

-- the batches of latencies, which the last day's minutes are not in yet
select fold_ab_test_latency_minutes(interval '-100 years');

alter table ab_test_results
    add column if not exists control_late boolean,
    add column if not exists control_queued boolean;

-- block: the minute of the hour, or for minutes that were folded -1, and -2 for those with fenced requests. What an earlier
-- release had added up otherwise: -3 the evidence of a generation and its versions, without hours; -4 an hour, without versions.
create table ab_test_account (
    test_id                       varchar(100) not null,
    generation                    bigint           not null,
    control_digest                varchar(12) not null default '',
    treatment_digest              varchar(12) not null default '',
    hour                          timestamptz      not null,
    block                         smallint         not null,
    control_version               text,
    treatment_version             text,
    configured_split              double precision,
    first_time                    timestamptz,
    last_time                     timestamptz,
    -- from here on all that is added up
    samples                       bigint           not null default 0,
    control_count                 bigint           not null default 0,
    treatment_count               bigint           not null default 0,
    shadow_count                  bigint           not null default 0,
    fallback_count                bigint           not null default 0,
    split_count                   bigint           not null default 0,
    split_treatment_count         bigint           not null default 0,
    configured_split_sum          double precision not null default 0,
    control_units                 bigint           not null default 0,
    treatment_units               bigint           not null default 0,
    fenced                        bigint           not null default 0,
    withheld                      bigint           not null default 0,
    guard_open                    bigint           not null default 0,
    shed                          bigint           not null default 0,
    control_rejections            bigint           not null default 0,
    treatment_rejections          bigint           not null default 0,
    control_requests              bigint           not null default 0,
    treatment_requests            bigint           not null default 0,
    control_failures              bigint           not null default 0,
    treatment_failures            bigint           not null default 0,
    control_failing_units         bigint           not null default 0,
    treatment_failing_units       bigint           not null default 0,
    treatment_errors              bigint           not null default 0,
    treatment_timeouts            bigint           not null default 0,
    control_error_count           bigint           not null default 0,
    treatment_error_count         bigint           not null default 0,
    paired_rows                   bigint           not null default 0,
    control_only_failures         bigint           not null default 0,
    treatment_only_failures       bigint           not null default 0,
    both_failures                 bigint           not null default 0,
    control_only_units            bigint           not null default 0,
    treatment_only_units          bigint           not null default 0,
    -- of a split's pairs, the model that is not the row's own
    second_control_requests       bigint           not null default 0,
    second_control_failures       bigint           not null default 0,
    second_treatment_requests     bigint           not null default 0,
    second_treatment_failures     bigint           not null default 0,
    control_answers               bigint           not null default 0,
    control_confidence_sum        double precision not null default 0,
    control_confidence_sumsq      double precision not null default 0,
    control_latency_sum           double precision not null default 0,
    control_latency_sumsq         double precision not null default 0,
    control_log_latency_sum       double precision not null default 0,
    control_log_latency_sumsq     double precision not null default 0,
    treatment_answers             bigint           not null default 0,
    treatment_confidence_sum      double precision not null default 0,
    treatment_confidence_sumsq    double precision not null default 0,
    treatment_latency_sum         double precision not null default 0,
    treatment_latency_sumsq       double precision not null default 0,
    treatment_log_latency_sum     double precision not null default 0,
    treatment_log_latency_sumsq   double precision not null default 0,
    pair_count                    bigint           not null default 0,
    agree_count                   bigint           not null default 0,
    confidence_delta_sum          double precision not null default 0,
    confidence_delta_sumsq        double precision not null default 0,
    latency_delta_sum             double precision not null default 0,
    latency_delta_sumsq           double precision not null default 0,
    -- of folded minutes: their number, and the means of their latencies
    minutes                       bigint           not null default 0,
    control_batches               bigint           not null default 0,
    control_batch_sum             double precision not null default 0,
    control_batch_sumsq           double precision not null default 0,
    treatment_batches             bigint           not null default 0,
    treatment_batch_sum           double precision not null default 0,
    treatment_batch_sumsq         double precision not null default 0,
    primary key (test_id, hour, generation, control_digest, treatment_digest, block)
) with (fillfactor = 30);

-- Forward passes by latency bucket, in the hours that are still open. kind: answered, late (control's answer after treatment's
-- deadline), timeout, spoilt (an answer in a fenced minute, or control's that had waited for a place), and paired (both models of a
-- split's pair, once more).
create table ab_test_latencies (
    test_id          varchar(100) collate "C" not null,
    hour             timestamptz  not null,
    generation       bigint       not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    arm              varchar(20) collate "C" not null,
    kind             varchar(20) collate "C" not null,
    latency_bucket   integer      not null,
    count            bigint       not null,
    primary key (test_id, hour, latency_bucket, arm, kind, generation, control_digest, treatment_digest)
) with (fillfactor = 50);

-- The same of hours that are over, one row per histogram: of each hour, of each day, and of the whole life.
create table ab_test_histograms (
    test_id          varchar(100) collate "C" not null,
    span             varchar(10) collate "C" not null,
    start            timestamptz  not null,
    generation       bigint       not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    arm              varchar(20) collate "C" not null,
    kind             varchar(20) collate "C" not null,
    buckets          integer[]    not null,
    counts           bigint[]     not null,
    primary key (test_id, span, start, generation, control_digest, treatment_digest, arm, kind)
);

create table ab_test_action_counts (
    test_id          varchar(100) collate "C" not null,
    hour             timestamptz  not null,
    generation       bigint       not null,
    assigned_group   varchar(20)  not null,
    control_action   varchar(10),
    treatment_action varchar(10),
    count            bigint       not null,
    unique nulls not distinct (test_id, hour, generation, assigned_group, control_action, treatment_action)
) with (fillfactor = 50);

-- Units that failed, each once for each pair of versions and kind: split, shadow_control, shadow_treatment, and pair for a unit
-- of which exactly one model failed. A unit that is its own request fails once by itself and is not kept.
create table ab_test_failed_units (
    test_id          varchar(100) collate "C" not null,
    unit_id          varchar(100) collate "C" not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    kind             varchar(20) collate "C" not null,
    arm              varchar(20) collate "C" not null,
    generation       bigint       not null,
    primary key (test_id, unit_id, control_digest, treatment_digest, kind)
);

-- The running sums of each unit. The key is a hash of the test, the versions, the split and the unit: it is short and sorts fast,
-- and two units that shared one would count as one group among thousands.
create table ab_test_unit_sums (
    unit                      bigint           primary key,
    pair_count                integer          not null,
    control_answers           integer          not null,
    treatment_answers         integer          not null,
    agree_count               integer          not null,
    confidence_delta_sum      double precision not null,
    control_confidence_sum    double precision not null,
    treatment_confidence_sum  double precision not null,
    control_log_latency_sum   double precision not null,
    treatment_log_latency_sum double precision not null
) with (fillfactor = 50);

-- Sums over groups of requests: runs, units, and minutes that were folded.
create table ab_test_moments (
    test_id          varchar(100) collate "C" not null,
    generation       bigint           not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    grouped_by       varchar(10) collate "C" not null,
    quantity         varchar(30) collate "C" not null,
    groups           bigint           not null,
    count            bigint           not null,
    sum              double precision not null,
    sum_of_squares   double precision not null,
    sizes            double precision not null,
    products         double precision not null,
    group_squares    double precision not null,
    primary key (test_id, generation, control_digest, treatment_digest, grouped_by, quantity)
) with (fillfactor = 10);

-- What earlier releases had counted by latency, before buckets become narrower: bucket i was what are now 4i-3 to 4i.
insert into ab_test_histograms
    (test_id, span, start, generation, control_digest, treatment_digest, arm, kind, buckets, counts)
select
    test_id, span, start, generation, control_digest, treatment_digest, arm, kind,
    array_agg(case latency_bucket when -346 then -1384 when 1037 then 4148 else 4 * latency_bucket - 2 end
        order by latency_bucket),
    array_agg(count order by latency_bucket)
from (
    select test_id, 'hour', bucket, generation, '', '', arm, 'answered', latency_bucket, count
    from ab_test_latency_hourly
    union all
    select test_id, 'day', bucket, generation, '', '', arm, 'answered', latency_bucket, count
    from ab_test_latency_daily
    union all
    select
        test_id, 'life', timestamptz '-infinity', generation, control_digest, treatment_digest, arm,
        case when paired then 'paired' else 'answered' end, latency_bucket, count
    from ab_test_evidence_latencies
) as kept (test_id, span, start, generation, control_digest, treatment_digest, arm, kind, latency_bucket, count)
group by 1, 2, 3, 4, 5, 6, 7, 8;

insert into ab_test_action_counts (test_id, hour, generation, assigned_group, control_action, treatment_action, count)
select test_id, bucket, generation, assigned_group, control_action, treatment_action, count
from ab_test_actions_hourly;

-- DDSketch's logarithmic mapping with gamma = (1.01 / 0.99) ^ (1/4), so that a bucket is 0.5% wide: bucket i holds the latencies
-- in (gamma^(i-1), gamma^i] milliseconds. What is 1 microsecond or less shares bucket -1384, below all others; what is above
-- 1e9 ms (or not a number) shares the last one, 4148, so that no row can fail here.
create or replace function ab_latency_bucket(ms double precision) returns integer language sql immutable parallel safe as $$
    select case
        when ms > 1e9 then 4148
        when ms > 0.001 then ceil(4 * ln(ms) / ln(double precision '1.01' / double precision '0.99'))::integer
        when ms is not null then -1384
    end
$$;

-- The value that differs by at most 0.25% from everything in its bucket: 2 gamma^i / (gamma + 1) milliseconds.
create or replace function ab_latency_value(bucket integer) returns double precision language sql immutable parallel safe as $$
    select 2 * power(double precision '1.01' / double precision '0.99', bucket / 4.0::double precision)
        / (power(double precision '1.01' / double precision '0.99', 0.25::double precision) + 1)
$$;

-- What a row contributes to the ledger. All else is a sum of this.
--
-- A model fails if it gives an error, an invalid answer or none in time; control also if it answers after treatment's deadline. A
-- model that waited for a place to run, or that the service held back, is in no denominator, nor is control where no request of
-- treatment compares with it (control_queued). Of two models, which one fails is a
-- question to requests for which both ran: in a split a pair whose second model never came to an end is none.
create function ab_test_contribution(r ab_test_results) returns setof ab_test_account language sql stable parallel safe as $$
select
    r.test_id,
    r.generation,
    coalesce(r.control_model_digest, ''),
    coalesce(r.treatment_model_digest, ''),
    ab_hour(r.time),
    extract(minute from r.time at time zone 'UTC')::smallint,
    r.control_model || '@' || r.control_model_version || '#' || r.control_model_digest,
    r.treatment_model || '@' || r.treatment_model_version || '#' || r.treatment_model_digest,
    r.configured_split,
    r.time,
    r.time,
    1,
    is_control::int,
    is_treatment::int,
    is_shadow::int,
    (r.fallback is not null)::int,
    (not is_shadow and r.configured_split is not null)::int,
    (is_treatment and r.configured_split is not null)::int,
    case when is_shadow then 0 else r.configured_split end,
    (is_control and own_unit)::int,
    (is_treatment and own_unit)::int,
    -- the service's own doing, and nothing that a model could answer for
    (r.fallback = 'fenced')::int,
    (not is_control and r.fallback in ('fenced', 'test_disabled'))::int,
    (not is_control and r.fallback = 'guard_open')::int,
    ((is_shadow and r.treatment_error in ('rejected', 'queued')) or coalesce(r.pair = 'shed', false))::int,
    (is_control and (control_queued or r.control_error in ('rejected', 'queued')))::int,
    (is_treatment and (coalesce(r.fallback = 'treatment_rejected', false) or r.treatment_error in ('rejected', 'queued')))::int,
    ((control_answered and not control_queued) or (not is_treatment and control_failed))::int,
    (treatment_answered or (not is_control and treatment_failed))::int,
    (not is_treatment and control_failed)::int,
    (not is_control and treatment_failed)::int,
    (not is_treatment and control_failed and own_unit)::int,
    (not is_control and treatment_failed and own_unit)::int,
    (not is_control and r.treatment_error in ('error', 'invalid'))::int,
    (not is_control and r.treatment_error = 'timeout')::int,
    (not is_treatment and r.control_error is not null)::int,
    (not is_control and r.treatment_error is not null)::int,
    paired::int,
    control_only::int,
    treatment_only::int,
    ((is_shadow or paired) and control_failed and treatment_failed)::int,
    (control_only and own_unit)::int,
    (treatment_only and own_unit)::int,
    (is_treatment and paired and not control_queued)::int,
    (is_treatment and paired and not control_queued and control_failed)::int,
    (is_control and paired)::int,
    (is_control and paired and treatment_failed)::int,
    control_answered::int,
    case when control_answered then r.control_confidence else 0 end,
    case when control_answered then r.control_confidence * r.control_confidence else 0 end,
    case when control_answered then r.control_latency_ms else 0 end,
    case when control_answered then r.control_latency_ms * r.control_latency_ms else 0 end,
    case when control_answered then control_log else 0 end,
    case when control_answered then control_log * control_log else 0 end,
    treatment_answered::int,
    case when treatment_answered then r.treatment_confidence else 0 end,
    case when treatment_answered then r.treatment_confidence * r.treatment_confidence else 0 end,
    case when treatment_answered then r.treatment_latency_ms else 0 end,
    case when treatment_answered then r.treatment_latency_ms * r.treatment_latency_ms else 0 end,
    case when treatment_answered then treatment_log else 0 end,
    case when treatment_answered then treatment_log * treatment_log else 0 end,
    is_pair::int,
    (is_pair and r.actions_match)::int,
    case when is_pair then r.confidence_delta else 0 end,
    case when is_pair then r.confidence_delta * r.confidence_delta else 0 end,
    case when is_pair then r.latency_delta_ms else 0 end,
    case when is_pair then r.latency_delta_ms * r.latency_delta_ms else 0 end,
    0, 0, 0, 0, 0, 0, 0
from (
    select
        *,
        (is_shadow or paired) and control_failed and r.treatment_action is not null as control_only,
        (is_shadow or paired) and treatment_failed and r.control_action is not null
            and not control_failed and not control_queued as treatment_only
    from (
        select
            r.assigned_group = 'control' as is_control,
            r.assigned_group = 'treatment' as is_treatment,
            r.assigned_group = 'shadow' as is_shadow,
            coalesce(r.unit_id = r.request_id, true) as own_unit,
            r.assigned_group <> 'treatment' and r.control_action is not null as control_answered,
            r.assigned_group <> 'control' and r.treatment_action is not null as treatment_answered,
            not coalesce(r.control_queued, false) and (coalesce(r.control_error in ('error', 'invalid', 'timeout'), false)
                or (r.control_action is not null and coalesce(r.control_late, false))) as control_failed,
            coalesce(r.control_queued, false) as control_queued,
            coalesce(r.treatment_error in ('error', 'invalid', 'timeout'), false) as treatment_failed,
            r.control_action is not null and r.treatment_action is not null as is_pair,
            coalesce(r.pair = 'paired', false)
                and coalesce(r.control_action, r.control_error) is not null
                and coalesce(r.treatment_action, r.treatment_error) is not null as paired,
            ln(least(greatest(r.control_latency_ms, 0.001), 1e9)) as control_log,
            ln(least(greatest(r.treatment_latency_ms, 0.001), 1e9)) as treatment_log
    ) as seen
) as judged
$$;

do $gone$
begin
    drop function ab_test_evidence_by_generation(varchar);
exception when dependent_objects_still_exist then
    alter function ab_test_evidence_by_generation(varchar) rename to ab_test_evidence_by_generation_old;
    raise warning 'ab_test_evidence_by_generation is kept as ab_test_evidence_by_generation_old, because something of yours'
        ' depends on it; it answers no more';
end;
$gone$;

-- The forward passes of a row. A pass that was cut off says no more than that it took longer than the deadline, and so does control's
-- that came too late: in decisions these are in the last bucket.
create function ab_test_passes(r ab_test_results) returns table (arm varchar, kind varchar, latency_bucket integer)
language sql stable parallel safe as $$
select pass.arm, pass.kind, pass.bucket
from (
    select
        coalesce(r.control_late, false) as late,
        r.assigned_group <> 'shadow' and (r.control_action is not null and r.treatment_action is not null
            or coalesce(r.pair = 'paired', false)
                and (r.control_action is not null or r.control_error = 'timeout')
                and (r.treatment_action is not null or r.treatment_error = 'timeout')) as of_pair
) as seen
cross join lateral (
    select 'control',
        case when late then 'late' when r.control_queued then 'spoilt' else 'answered' end, ab_latency_bucket(r.control_latency_ms)
    where r.assigned_group <> 'treatment' and r.control_action is not null
    union all
    select 'control', 'timeout', 4148
    where r.assigned_group <> 'treatment' and r.control_error = 'timeout' and not coalesce(r.control_queued, false)
    union all
    select 'control', 'paired',
        case when late or r.control_action is null then 4148 else ab_latency_bucket(r.control_latency_ms) end
    where of_pair
    union all
    select 'treatment', 'answered', ab_latency_bucket(r.treatment_latency_ms)
    where r.assigned_group <> 'control' and r.treatment_action is not null
    union all
    select 'treatment', 'timeout', 4148
    where r.assigned_group <> 'control' and r.treatment_error = 'timeout'
    union all
    select 'treatment', 'paired', case when r.treatment_action is null then 4148 else ab_latency_bucket(r.treatment_latency_ms) end
    where of_pair
) as pass (arm, kind, bucket)
where pass.bucket is not null
$$;

-- What follows lists the columns of ab_test_account again and again, so the lists are taken from the catalog. The columns of the
-- key come first and are written out; of the others, {columns} are the names, {sums} the sum of each over entries, and {adds} how
-- an entry takes in another one.
do $ledger$
declare
    windows constant text[] := array[
        'samples', 'control_count', 'treatment_count', 'shadow_count', 'control_answers', 'control_confidence_sum',
        'control_confidence_sumsq', 'control_latency_sum', 'control_latency_sumsq', 'control_error_count', 'treatment_answers',
        'treatment_confidence_sum', 'treatment_confidence_sumsq', 'treatment_latency_sum', 'treatment_latency_sumsq',
        'treatment_error_count', 'fallback_count', 'pair_count', 'agree_count', 'confidence_delta_sum',
        'confidence_delta_sumsq', 'latency_delta_sum', 'latency_delta_sumsq', 'split_count', 'split_treatment_count',
        'configured_split_sum'];
    -- what is true of a fenced minute, too
    stored_rows constant text[] := array['samples', 'control_count', 'treatment_count', 'shadow_count', 'fenced',
        'control_units', 'treatment_units'];
    -- what is measured, the number of its values, their sum, and the sum of their squares
    quantities constant text[] := array[
        ['agreement', 'pair_count', 'agree_count', 'agree_count'],
        ['confidence_delta', 'pair_count', 'confidence_delta_sum', 'confidence_delta_sumsq'],
        ['control_confidence', 'control_answers', 'control_confidence_sum', 'control_confidence_sumsq'],
        ['control_latency', 'control_answers', 'control_log_latency_sum', 'control_log_latency_sumsq'],
        ['treatment_confidence', 'treatment_answers', 'treatment_confidence_sum', 'treatment_confidence_sumsq'],
        ['treatment_latency', 'treatment_answers', 'treatment_log_latency_sum', 'treatment_log_latency_sumsq']];
    lists     jsonb;
    list      record;
    statement text;
begin
    select to_jsonb(written) into lists from (
    select
        string_agg(name, ', ' order by place) as columns,
        string_agg(total || ' as ' || name, ', ' order by place) as sums,
        string_agg(name || ' = ' || case
            when name = 'first_time' then 'least(kept.first_time, excluded.first_time)'
            when name = 'last_time' then 'greatest(kept.last_time, excluded.last_time)'
            when label then format('coalesce(kept.%1$s, excluded.%1$s)', name)
            else format('kept.%1$s + excluded.%1$s', name)
        end, ', ' order by place) as adds,
        -- a minute is one batch of latencies
        string_agg(case
            when name = 'minutes' then 'case when e.block < 0 then e.minutes else 1 end'
            when name like '%_batches' then
                format('case when e.block < 0 then e.%s else (e.%s_answers > 0)::int end', name, split_part(name, '_', 1))
            when name like '%_batch_sum%' then
                format('case when e.block < 0 then e.%s else coalesce((e.%2$s_latency_sum / nullif(e.%2$s_answers, 0)) ^ %3$s, 0) end',
                    name, split_part(name, '_', 1), case when name like '%sq' then 2 else 1 end)
            else 'e.' || name
        end, ', ' order by place) as closed,
        string_agg(case
            when name = 'withheld' then
                'sum(case when entry.fenced = 0 then entry.withheld else entry.treatment_count + entry.shadow_count end)::bigint'
                    ' as withheld'
            when label or name = any (stored_rows) then total || ' as ' || name
            else format('coalesce(sum(entry.%1$s) filter (where entry.fenced = 0), 0)::%2$s as %1$s', name, type)
        end, ', ' order by place) as evidence,
        string_agg(format(case when label then 'evidence.%s' else 'coalesce(evidence.%s, 0)' end, name), ', ' order by place)
            filter (where name <> 'configured_split') as found,
        string_agg(name || ' ' || type, ', ' order by place) filter (where name <> 'configured_split') as types,
        string_agg(total || ' as ' || name, ', ' order by array_position(windows, name))
            filter (where name = any (windows)) as window_sums,
        string_agg(name || ' ' || type, ', ' order by array_position(windows, name))
            filter (where name = any (windows)) as window_types,
        string_agg(total || ' as ' || name, ', ' order by array_position(windows, name))
            filter (where name = any (windows[2:23])) as stats_sums,
        string_agg(name || ' ' || type, ', ' order by array_position(windows, name))
            filter (where name = any (windows[2:23])) as stats_types
    from (
        select *, case
            when name = 'first_time' then 'min(entry.first_time)'
            when label then 'max(entry.' || name || ')'
            else format('coalesce(sum(entry.%s), 0)::%s', name, type)
        end as total
        from (
            select
                attname::text as name,
                format_type(atttypid, atttypmod) as type,
                attnum as place,
                attname in ('control_version', 'treatment_version', 'configured_split', 'first_time', 'last_time') as label
            from pg_attribute
            where attrelid = 'ab_test_account'::regclass and attnum > 6 and not attisdropped
        ) as named
    ) as totalled
    ) as written;

    -- Moments of each quantity over groups g: a group grows by g.n values to after.n, and its squares with it. First side by
    -- side, which is much faster, then one row for each quantity.
    select lists || jsonb_build_object(
        'run_sums', replace(side_by_side, 'after.', 'g.'),
        'unit_sums', replace(side_by_side, 'after.', 'grown.'),
        'by_quantity', '(' || one_below_the_other || ') as q (quantity, groups, count, sum, sum_of_squares, sizes, products,'
            ' group_squares)',
        'observed', members,
        'observed_sums', member_sums,
        'moments', 'groups, count, sum, sum_of_squares, sizes, products, group_squares',
        'moment_adds', 'groups = kept.groups + excluded.groups, count = kept.count + excluded.count,
            sum = kept.sum + excluded.sum, sum_of_squares = kept.sum_of_squares + excluded.sum_of_squares,
            sizes = kept.sizes + excluded.sizes, products = kept.products + excluded.products,
            group_squares = kept.group_squares + excluded.group_squares')
    into lists
    from (
        select
            string_agg(format(
                'sum((after.%2$s = g.%2$s and g.%2$s > 0)::int) as groups_%1$s, sum(g.%2$s)::bigint as count_%1$s,'
                ' sum(g.%3$s)::float8 as sum_%1$s, sum(g.%4$s)::float8 as sum_of_squares_%1$s,'
                ' sum(after.%2$s::float8 ^ 2 - (after.%2$s - g.%2$s)::float8 ^ 2) as sizes_%1$s,'
                ' sum(after.%2$s::float8 * after.%3$s - (after.%2$s - g.%2$s)::float8 * (after.%3$s - g.%3$s)) as products_%1$s,'
                ' sum(after.%3$s::float8 ^ 2 - (after.%3$s - g.%3$s)::float8 ^ 2) as squares_%1$s',
                quantities[i][1], quantities[i][2], quantities[i][3], quantities[i][4]), ', ') as side_by_side,
            string_agg(format('select %1$L, w.groups_%1$s, w.count_%1$s, w.sum_%1$s, w.sum_of_squares_%1$s, w.sizes_%1$s,'
                ' w.products_%1$s, w.squares_%1$s where w.count_%1$s > 0', quantities[i][1]), ' union all ') as one_below_the_other
        from generate_subscripts(quantities, 1) as i
    ) as of_each
    cross join (
        select
            string_agg('entry.' || name, ', ' order by name) as members,
            string_agg(format('sum(%1$s)%2$s as %1$s', name, case when name not like '%sum%' then '::bigint' end), ', '
                order by name) as member_sums
        from (
            select distinct name from unnest(quantities) with ordinality as listed (name, place) where place % 4 <> 1
        ) as named
    ) as all_of_them;

    foreach statement in array array[

-- An entry as it is when its minute is folded.
$sql$
create function ab_test_closed(e ab_test_account) returns setof ab_test_account language sql stable parallel safe as $$
select
    e.test_id, e.generation, e.control_digest, e.treatment_digest, e.hour,
    case when e.block < 0 then e.block when e.fenced = 0 then -1 else -2 end,
    {closed}
$$
$sql$,

-- The entries of a window [p_from, p_to): those of whole hours, and what the rows of the incomplete hours at its ends
-- contribute. With 'infinity' as p_to no row is read at that end.
$sql$
create function ab_test_entries(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns setof ab_test_account language sql stable parallel safe as $$
select * from ab_test_account
where test_id = p_test_id and hour >= ab_next_hour(p_from) and hour < ab_hour(p_to) and block <> -3
union all
select entry.* from ab_test_results as r cross join lateral ab_test_contribution(r) as entry
where r.test_id = p_test_id and r.time >= p_from and r.time < least(ab_next_hour(p_from), p_to)
union all
select entry.* from ab_test_results as r cross join lateral ab_test_contribution(r) as entry
where r.test_id = p_test_id and r.time >= greatest(ab_next_hour(p_from), ab_hour(p_to)) and r.time < p_to
$$
$sql$,

$sql$
create or replace function ab_test_stats_by_generation(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (generation bigint, first_sample timestamptz, last_sample timestamptz, {window_types})
language sql stable parallel safe as $$
select entry.generation, min(entry.first_time), max(entry.last_time), {window_sums}
from ab_test_entries(p_test_id, p_from, p_to) as entry
group by entry.generation
$$
$sql$,

$sql$
create or replace function ab_test_stats(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (total_samples bigint, {stats_types}) language sql stable parallel safe rows 1 as $$
select coalesce(sum(entry.samples), 0)::bigint, {stats_sums} from ab_test_entries(p_test_id, p_from, p_to) as entry
$$
$sql$,

-- Adds rows that were really stored to the ledger, and returns how many they are. Called in the statement that stores them, so
-- that each row counts once, however often it is sent. A function and not a trigger, because a hypertable takes no trigger
-- with a transition table. The tables, and the keys in each, are taken in the same order by every batch.
$sql$
create function ab_test_book(stored ab_test_results[]) returns bigint language plpgsql as $$
declare
    spoiled ab_test_account[];
    sound   ab_test_results[] := stored;
    unsound ab_test_results[] := '{}';
    earlier ab_test_results[] := '{}';
begin
    if stored is null then
        return 0;
    end if;

    with booked as (
        insert into ab_test_account as kept
            (test_id, generation, control_digest, treatment_digest, hour, block, {columns})
        select
            entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest, entry.hour, entry.block, {sums}
        from unnest(stored) as r
        cross join lateral ab_test_contribution(r) as entry
        group by 1, 2, 3, 4, 5, 6
        order by 1, 5, 2, 3, 4, 6
        on conflict (test_id, hour, generation, control_digest, treatment_digest, block) do update set {adds}
        returning kept as entry
    )
    select array_agg(entry) into spoiled from booked where (entry).fenced > 0;

    -- Entries of a fenced minute are left out when evidence is read. What is not kept by the minute leaves out its rows now, and
    -- its passes of before, as soon as the minute is known to be fenced.
    if spoiled is not null then
        select
            coalesce(array_agg(r) filter (where not spoilt), '{}'),
            coalesce(array_agg(r) filter (where spoilt), '{}')
        into sound, unsound
        from (
            select r, exists (
                select from unnest(spoiled) as f
                where (f.test_id, f.generation, f.control_digest, f.treatment_digest, f.hour, f.block) = (entry.test_id,
                    entry.generation, entry.control_digest, entry.treatment_digest, entry.hour, entry.block)) as spoilt
            from unnest(stored) as r
            cross join lateral ab_test_contribution(r) as entry
        ) as divided;
        earlier := array(
            select r
            from unnest(spoiled) as f
            join ab_test_results as r on r.test_id = f.test_id
                and r.time >= f.hour + f.block * interval '1 minute' and r.time < f.hour + (f.block + 1) * interval '1 minute'
            cross join lateral ab_test_contribution(r) as entry
            where (f.generation, f.control_digest, f.treatment_digest)
                    = (entry.generation, entry.control_digest, entry.treatment_digest)
                and f.fenced = (
                    select count(*)
                    from unnest(unsound) as u
                    cross join lateral ab_test_contribution(u) as now
                    where now.fenced = 1 and (f.test_id, f.generation, f.control_digest, f.treatment_digest, f.hour, f.block)
                        = (now.test_id, now.generation, now.control_digest, now.treatment_digest, now.hour, now.block))
                and r.row_id not in (select row_id from unnest(unsound)));
    end if;

    perform ab_test_book_units(stored, sound);
    perform ab_test_book_latencies(sound, unsound || earlier, earlier);
    perform ab_test_book_moments(sound);

    insert into ab_test_action_counts as kept
        (test_id, hour, generation, assigned_group, control_action, treatment_action, count)
    select test_id, ab_hour(time), generation, assigned_group, control_action, treatment_action, count(*)
    from unnest(stored)
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6
    on conflict (test_id, hour, generation, assigned_group, control_action, treatment_action)
        do update set count = kept.count + excluded.count;

    return cardinality(stored);
end;
$$
$sql$,

-- Units that are new, and units that failed for the first time. Those that are their own request are in the contributions.
$sql$
create function ab_test_book_units(stored ab_test_results[], sound ab_test_results[]) returns void language plpgsql as $$
begin
    with drawn as (
        select distinct on (r.test_id collate "C", r.unit_id collate "C")
            r.unit_id, r.assigned_group,
            entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest, entry.hour, entry.block
        from unnest(stored) as r
        cross join lateral ab_test_contribution(r) as entry
        where r.assigned_group <> 'shadow' and r.unit_id <> r.request_id
        order by r.test_id collate "C", r.unit_id collate "C", r.time, r.row_id
    ), first_seen as (
        insert into ab_test_units (test_id, unit_id, generation, assigned_group)
        select test_id, unit_id, generation, assigned_group from drawn order by test_id collate "C", unit_id collate "C"
        on conflict do nothing
        returning test_id, unit_id
    ), counted as (
        select
            test_id, generation, control_digest, treatment_digest, hour, block,
            count(*) filter (where assigned_group = 'control') as control,
            count(*) filter (where assigned_group = 'treatment') as treatment
        from first_seen
        join drawn using (test_id, unit_id)
        group by 1, 2, 3, 4, 5, 6
    )
    update ab_test_account as kept set
        control_units = kept.control_units + counted.control,
        treatment_units = kept.treatment_units + counted.treatment
    from counted
    where (kept.test_id, kept.generation, kept.control_digest, kept.treatment_digest, kept.hour, kept.block) = (counted.test_id,
        counted.generation, counted.control_digest, counted.treatment_digest, counted.hour, counted.block);

    with failing as (
        select distinct on (r.test_id, r.unit_id, entry.control_digest, entry.treatment_digest, failure.kind)
            r.unit_id, failure.kind, failure.arm,
            entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest, entry.hour, entry.block
        from unnest(sound) as r
        cross join lateral ab_test_contribution(r) as entry
        cross join lateral (values
            ('split', 'control', r.assigned_group = 'control' and entry.control_failures > 0),
            ('split', 'treatment', r.assigned_group = 'treatment' and entry.treatment_failures > 0),
            ('shadow_control', 'control', r.assigned_group = 'shadow' and entry.control_failures > 0),
            ('shadow_treatment', 'treatment', r.assigned_group = 'shadow' and entry.treatment_failures > 0),
            ('pair', 'control', entry.control_only_failures > 0),
            ('pair', 'treatment', entry.treatment_only_failures > 0)
        ) as failure (kind, arm, counts)
        where failure.counts and r.unit_id <> r.request_id
            and (r.control_error is not null or r.treatment_error is not null or r.fallback is not null or r.control_late)
        order by r.test_id, r.unit_id, entry.control_digest, entry.treatment_digest, failure.kind, r.time, r.row_id
    ), first_failed as (
        insert into ab_test_failed_units (test_id, unit_id, control_digest, treatment_digest, kind, arm, generation)
        select test_id, unit_id, control_digest, treatment_digest, kind, arm, generation
        from failing
        order by test_id collate "C", unit_id collate "C", control_digest collate "C", treatment_digest collate "C", kind collate "C"
        on conflict do nothing
        returning test_id, unit_id, control_digest, treatment_digest, kind
    ), counted as (
        select
            test_id, generation, control_digest, treatment_digest, hour, block,
            count(*) filter (where kind <> 'pair' and arm = 'control') as control,
            count(*) filter (where kind <> 'pair' and arm = 'treatment') as treatment,
            count(*) filter (where kind = 'pair' and arm = 'control') as control_only,
            count(*) filter (where kind = 'pair' and arm = 'treatment') as treatment_only
        from first_failed
        join failing using (test_id, unit_id, control_digest, treatment_digest, kind)
        group by 1, 2, 3, 4, 5, 6
    )
    update ab_test_account as kept set
        control_failing_units = kept.control_failing_units + counted.control,
        treatment_failing_units = kept.treatment_failing_units + counted.treatment,
        control_only_units = kept.control_only_units + counted.control_only,
        treatment_only_units = kept.treatment_only_units + counted.treatment_only
    from counted
    where (kept.test_id, kept.generation, kept.control_digest, kept.treatment_digest, kept.hour, kept.block) = (counted.test_id,
        counted.generation, counted.control_digest, counted.treatment_digest, counted.hour, counted.block);
end;
$$
$sql$,

-- Forward passes; of a fenced minute only those that a window shows. Those that turn out to be of such a minute are taken back.
$sql$
create function ab_test_book_latencies(sound ab_test_results[], spoilt ab_test_results[], taken_back ab_test_results[])
returns void language plpgsql as $$
begin
insert into ab_test_latencies as kept
    (latency_bucket, hour, generation, test_id, control_digest, treatment_digest, arm, kind, count)
select
    latency_bucket, ab_hour(time), generation, test_id collate "C", coalesce(control_model_digest, '') collate "C",
    coalesce(treatment_model_digest, '') collate "C", arm collate "C", kind collate "C", sum(count)::bigint
from (
    select
        r.test_id, r.time, r.generation, r.control_model_digest, r.treatment_model_digest, pass.arm, pass.kind,
        pass.latency_bucket, 1 as count
    from unnest(sound) as r
    cross join lateral ab_test_passes(r) as pass
    union all
    select
        r.test_id, r.time, r.generation, r.control_model_digest, r.treatment_model_digest, pass.arm, 'spoilt',
        pass.latency_bucket, 1
    from unnest(spoilt) as r
    cross join lateral ab_test_passes(r) as pass
    where pass.kind in ('answered', 'late', 'spoilt')
    union all
    select
        r.test_id, r.time, r.generation, r.control_model_digest, r.treatment_model_digest, pass.arm, pass.kind,
        pass.latency_bucket, -1
    from unnest(taken_back) as r
    cross join lateral ab_test_passes(r) as pass
) as passes
group by 1, 2, 3, 4, 5, 6, 7, 8
order by 1, 2, 3, 4, 5, 6, 7, 8
on conflict (test_id, hour, latency_bucket, arm, kind, generation, control_digest, treatment_digest)
    do update set count = kept.count + excluded.count;
end;
$$
$sql$,

-- Moments of runs of at most 16 rows in the order of their time, and of units. A unit's squares grow with each batch.
$sql$
create function ab_test_book_moments(sound ab_test_results[]) returns void language plpgsql as $$
begin
with observed as (
    select
        entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest,
        case when r.unit_id <> r.request_id then hashtextextended(
            concat_ws(' ', r.unit_id, r.test_id, entry.control_digest, entry.treatment_digest, entry.configured_split), 0) end as unit,
        (row_number() over (
            partition by hashtextextended(r.test_id || entry.control_digest || entry.treatment_digest, r.generation)
            order by r.time, r.row_id) - 1) / 16 as run,
        {observed}
    from unnest(sound) as r
    cross join lateral ab_test_contribution(r) as entry
), runs as (
    select test_id, generation, control_digest, treatment_digest, {observed_sums}
    from observed
    group by 1, 2, 3, 4, run
), units as (
    select
        unit, max(test_id) as test_id, max(generation) as generation, max(control_digest) as control_digest,
        max(treatment_digest) as treatment_digest, {observed_sums}
    from observed
    where unit is not null
    group by unit
), grown as (
    insert into ab_test_unit_sums as kept (
        unit, pair_count, control_answers, treatment_answers, agree_count, confidence_delta_sum, control_confidence_sum,
        treatment_confidence_sum, control_log_latency_sum, treatment_log_latency_sum
    )
    select
        unit, pair_count, control_answers, treatment_answers, agree_count, confidence_delta_sum, control_confidence_sum,
        treatment_confidence_sum, control_log_latency_sum, treatment_log_latency_sum
    from units
    order by unit
    on conflict (unit) do update set
        pair_count = kept.pair_count + excluded.pair_count,
        control_answers = kept.control_answers + excluded.control_answers,
        treatment_answers = kept.treatment_answers + excluded.treatment_answers,
        agree_count = kept.agree_count + excluded.agree_count,
        confidence_delta_sum = kept.confidence_delta_sum + excluded.confidence_delta_sum,
        control_confidence_sum = kept.control_confidence_sum + excluded.control_confidence_sum,
        treatment_confidence_sum = kept.treatment_confidence_sum + excluded.treatment_confidence_sum,
        control_log_latency_sum = kept.control_log_latency_sum + excluded.control_log_latency_sum,
        treatment_log_latency_sum = kept.treatment_log_latency_sum + excluded.treatment_log_latency_sum
    returning *
), added as (
    select g.test_id, g.generation, g.control_digest, g.treatment_digest, 'run' as grouped_by, {run_sums}
    from runs as g
    group by 1, 2, 3, 4
    union all
    select g.test_id, g.generation, g.control_digest, g.treatment_digest, 'unit', {unit_sums}
    from units as g
    join grown using (unit)
    group by 1, 2, 3, 4
)
insert into ab_test_moments as kept (test_id, generation, control_digest, treatment_digest, grouped_by, quantity, {moments})
select test_id, generation, control_digest, treatment_digest, grouped_by, q.*
from added as w
cross join lateral {by_quantity}
order by test_id collate "C", generation, control_digest collate "C", treatment_digest collate "C", grouped_by, quantity
on conflict (test_id, generation, control_digest, treatment_digest, grouped_by, quantity) do update set {moment_adds};
end;
$$
$sql$,

-- Folds minutes into their hour, which no figure changes by, and closes the histograms of hours that ended over two hours ago.
-- Returns the number of minutes. A row that comes later opens its minute again, and the next time adds that to the hour.
$sql$
create function fold_ab_test_account(older_than interval default interval '1 day') returns bigint language plpgsql as $$
declare
    folded bigint;
begin
    perform pg_advisory_xact_lock('ab_test_account'::regclass::oid::bigint);
    perform from ab_test_account
    where block >= 0 and hour < ab_hour(now() - older_than)
    order by test_id, hour, generation, control_digest, treatment_digest, block
    for update;

    with ended as (
        delete from ab_test_account as kept where block >= 0 and hour < ab_hour(now() - older_than) returning kept as entry
    ), closed as (
        select entry.* from ended cross join lateral ab_test_closed(ended.entry) as entry
    ), moments as (
        insert into ab_test_moments as kept
            (test_id, generation, control_digest, treatment_digest, grouped_by, quantity, {moments})
        select test_id, generation, control_digest, treatment_digest, 'minute', q.*
        from (
            select g.test_id, g.generation, g.control_digest, g.treatment_digest, {run_sums}
            from closed as g
            where g.block = -1
            group by 1, 2, 3, 4
        ) as w
        cross join lateral {by_quantity}
        on conflict (test_id, generation, control_digest, treatment_digest, grouped_by, quantity) do update set {moment_adds}
    ), hours as (
        insert into ab_test_account as kept
            (test_id, generation, control_digest, treatment_digest, hour, block, {columns})
        select
            entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest, entry.hour, entry.block, {sums}
        from closed as entry
        group by 1, 2, 3, 4, 5, 6
        on conflict (test_id, hour, generation, control_digest, treatment_digest, block) do update set {adds}
    )
    select count(*) into folded from closed;

    perform from ab_test_latencies
    where hour < ab_hour(now() - interval '2 hours')
    order by latency_bucket, hour, generation, test_id, control_digest, treatment_digest, arm, kind
    for update;

    with ended as (
        delete from ab_test_latencies where hour < ab_hour(now() - interval '2 hours') returning *
    ), counted as (
        select
            test_id, span, start, generation, control_digest, treatment_digest, arm, kind, latency_bucket,
            sum(count)::bigint as count
        from ended
        cross join lateral (values ('hour', hour), ('day', ab_day(hour)), ('life', '-infinity')) as spans (span, start)
        -- windows show answers, and decisions leave out what was spoilt
        where case when span = 'life' then kind <> 'spoilt' else kind in ('answered', 'late', 'spoilt') end
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    )
    insert into ab_test_histograms as kept
        (test_id, span, start, generation, control_digest, treatment_digest, arm, kind, buckets, counts)
    select
        test_id, span, start, generation, control_digest, treatment_digest, arm, kind,
        array_agg(latency_bucket order by latency_bucket), array_agg(count order by latency_bucket)
    from counted
    group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict (test_id, span, start, generation, control_digest, treatment_digest, arm, kind)
        do update set (buckets, counts) = (
            select array_agg(bucket order by bucket), array_agg(total order by bucket)
            from (
                select bucket, sum(count)::bigint as total
                from (
                    select * from unnest(kept.buckets, kept.counts)
                    union all
                    select * from unnest(excluded.buckets, excluded.counts)
                ) as both_of_them (bucket, count)
                group by bucket
            ) as added
        );
    return folded;
end;
$$
$sql$,

-- Sums of requests in their order of time: minutes of the last hours, hours before, and of a long life several hours in one, so
-- that there are never more than some 300. What is fenced is left out.
$sql$
create function ab_test_blocks(p_test_id varchar)
returns table (
    generation              bigint,
    control_digest          varchar,
    treatment_digest        varchar,
    start                   timestamptz,
    minutes                 bigint,
    pairs                   bigint,
    agreeing                bigint,
    control_requests        bigint,
    control_failures        bigint,
    control_failing_units   bigint,
    treatment_requests      bigint,
    treatment_failures      bigint,
    treatment_failing_units bigint,
    control_only            bigint,
    treatment_only          bigint,
    second_control_requests   bigint,
    second_control_failures   bigint,
    second_treatment_requests bigint,
    second_treatment_failures bigint
) language sql stable parallel safe as $$
with entries as (
    select *, hour >= ab_hour(now()) - interval '2 hours' and block >= 0 as open
    from ab_test_account
    where test_id = p_test_id and block <> -4 and fenced = 0
), folded as (
    select ceil(greatest(count(distinct hour), 1) / 100.0) * interval '1 hour' as width from entries where not open
)
select
    generation,
    control_digest,
    treatment_digest,
    min(hour + greatest(block, 0) * interval '1 minute'),
    sum(case when block < 0 then minutes else 1 end)::bigint,
    sum(pair_count)::bigint,
    sum(agree_count)::bigint,
    sum(control_requests)::bigint,
    sum(control_failures)::bigint,
    sum(control_failing_units)::bigint,
    sum(treatment_requests)::bigint,
    sum(treatment_failures)::bigint,
    sum(treatment_failing_units)::bigint,
    sum(control_only_units)::bigint,
    sum(treatment_only_units)::bigint,
    sum(second_control_requests)::bigint,
    sum(second_control_failures)::bigint,
    sum(second_treatment_requests)::bigint,
    sum(second_treatment_failures)::bigint
from entries
cross join folded
group by 1, 2, 3, case
    when open then hour + block * interval '1 minute'
    else date_bin(width, hour, timestamptz '2000-01-01 00:00:00+00')
end
$$
$sql$,

-- How much the requests of a run, a minute and a unit are alike.
$sql$
create function ab_test_clusterings(p_test_id varchar)
returns table (
    generation       bigint,
    control_digest   varchar,
    treatment_digest varchar,
    grouped_by       varchar,
    quantity         varchar,
    groups           bigint,
    count            bigint,
    sum              double precision,
    sum_of_squares   double precision,
    sizes            double precision,
    products         double precision,
    group_squares    double precision
) language sql stable parallel safe as $$
select
    generation, control_digest, treatment_digest, grouped_by, quantity, sum(groups)::bigint, sum(count)::bigint, sum(sum),
    sum(sum_of_squares), sum(sizes), sum(products), sum(group_squares)
from (
    select generation, control_digest, treatment_digest, grouped_by, quantity, {moments}
    from ab_test_moments
    where test_id = p_test_id
    union all
    select generation, control_digest, treatment_digest, 'minute', q.*
    from (
        select g.generation, g.control_digest, g.treatment_digest, {run_sums}
        from ab_test_account as g
        where g.test_id = p_test_id and g.block >= 0 and g.fenced = 0
        group by 1, 2, 3
    ) as w
    cross join lateral {by_quantity}
) as moments
group by 1, 2, 3, 4, 5
$$
$sql$,

-- All that a decision about a test needs, from one snapshot: one row for each generation and each pair of model versions that it
-- had, those of a generation in the order in which they were seen last. A generation whose rows have not come yet, or got lost,
-- is there with what the replicas counted. They count by generation: where one had several versions, each but the last is taken
-- to have lost nothing, and what control disagreed with itself about is left out, because it is not known of which.
--
-- Of a fenced minute only the rows are counted, and those of treatment as withheld.
$sql$
create function ab_test_evidence_by_generation(p_test_id varchar)
returns table (
    generation                 bigint,
    control_digest             varchar,
    treatment_digest           varchar,
    configured_split           double precision,
    {types},
    assigned_control           bigint,
    assigned_treatment         bigint,
    assigned_shadow            bigint,
    noise_pairs                bigint,
    noise_agreeing             bigint,
    -- arm, whether of the pairs of a split, bucket and count
    latencies                  jsonb,
    blocks                     jsonb,
    clusterings                jsonb
) language sql stable parallel safe as $$
with evidence as (
    select
        *,
        row_number() over (partition by generation order by last_time desc nulls last, first_time desc nulls last,
            control_digest, treatment_digest) as place,
        count(*) over generations as versions,
        sum(control_count) over generations - control_count as other_control,
        sum(treatment_count) over generations - treatment_count as other_treatment,
        sum(shadow_count) over generations - shadow_count as other_shadow
    from (
        select entry.generation, entry.control_digest, entry.treatment_digest, {evidence}
        from ab_test_account as kept
        cross join lateral ab_test_closed(kept) as entry
        where kept.test_id = p_test_id and kept.block <> -4
        group by 1, 2, 3
    ) as added
    window generations as (partition by generation)
), tallies as (
    select
        generation,
        max(configured_split) as configured_split,
        sum(assigned_control) as assigned_control,
        sum(assigned_treatment) as assigned_treatment,
        sum(assigned_shadow) as assigned_shadow,
        sum(noise_pairs)::bigint as noise_pairs,
        sum(noise_agreeing)::bigint as noise_agreeing
    from ab_test_tallies
    where test_id = p_test_id
    group by generation
), latencies as (
    select
        generation, control_digest, treatment_digest,
        jsonb_agg(jsonb_build_array(arm, paired, bucket, count) order by arm, paired, bucket) as latencies
    from (
        select
            generation, control_digest, treatment_digest, arm, kind = 'paired' as paired,
            case when kind in ('late', 'timeout') then 4148 else bucket end as bucket, sum(count)::bigint as count
        from (
            select generation, control_digest, treatment_digest, arm, kind, part.*
            from ab_test_histograms cross join lateral unnest(buckets, counts) as part (bucket, count)
            where test_id = p_test_id and span = 'life'
            union all
            select generation, control_digest, treatment_digest, arm, kind, latency_bucket, count
            from ab_test_latencies
            where test_id = p_test_id and kind <> 'spoilt'
        ) as passes
        group by 1, 2, 3, 4, 5, 6
        having sum(count) <> 0
    ) as counted
    group by 1, 2, 3
), blocks as (
    select
        generation, control_digest, treatment_digest,
        jsonb_agg(to_jsonb(block) - '{generation,control_digest,treatment_digest,start}'::text[]
            || jsonb_build_object('start', floor(extract(epoch from start))) order by start) as blocks
    from ab_test_blocks(p_test_id) as block
    group by 1, 2, 3
), clusterings as (
    select
        generation, control_digest, treatment_digest,
        jsonb_agg(to_jsonb(clustering) - '{generation,control_digest,treatment_digest}'::text[]
            order by quantity, grouped_by) as clusterings
    from ab_test_clusterings(p_test_id) as clustering
    group by 1, 2, 3
)
select
    generation,
    coalesce(control_digest, ''),
    coalesce(treatment_digest, ''),
    coalesce(evidence.configured_split, tallies.configured_split),
    {found},
    case
        when assigned_control is null then 0
        when coalesce(place, 1) = 1 then greatest(assigned_control - coalesce(other_control, 0), 0)
        else control_count
    end::bigint,
    case
        when assigned_treatment is null then 0
        when coalesce(place, 1) = 1 then greatest(assigned_treatment - coalesce(other_treatment, 0), 0)
        else treatment_count
    end::bigint,
    case
        when assigned_shadow is null then 0
        when coalesce(place, 1) = 1 then greatest(assigned_shadow - coalesce(other_shadow, 0), 0)
        else shadow_count
    end::bigint,
    case when coalesce(versions, 1) = 1 then coalesce(noise_pairs, 0) else 0 end,
    case when coalesce(versions, 1) = 1 then coalesce(noise_agreeing, 0) else 0 end,
    coalesce(latencies, '[]'),
    coalesce(blocks, '[]'),
    coalesce(clusterings, '[]')
from evidence
full join tallies using (generation)
left join latencies using (generation, control_digest, treatment_digest)
left join blocks using (generation, control_digest, treatment_digest)
left join clusterings using (generation, control_digest, treatment_digest)
order by generation, place desc
$$
$sql$
    ] loop
        for list in select key, value from jsonb_each_text(lists) loop
            statement := replace(statement, '{' || list.key || '}', list.value);
        end loop;
        execute statement;
    end loop;

    -- What an earlier release has added up: by the hour without versions, and by versions without hours.
    statement := format(
        'insert into ab_test_account (test_id, generation, hour, block, first_time, last_time, %1$s)'
            ' select test_id, generation, bucket, -4, first_sample, last_sample, %1$s from {source} on conflict do nothing',
        array_to_string(windows, ', '));
    if to_regclass('timescaledb_information.continuous_aggregates') is not null then
        -- what was put into the aggregate by an earlier migration is not seen in its view before the first refresh
        for list in
            execute 'select materialization_hypertable_schema as schema, materialization_hypertable_name as name'
                ' from timescaledb_information.continuous_aggregates'
                ' where view_schema = current_schema() and view_name = ''ab_test_sums_hourly'''
        loop
            execute replace(statement, '{source}', format('%I.%I', list.schema, list.name));
        end loop;
    end if;
    execute replace(statement, '{source}', 'ab_test_sums_hourly');

    execute (
        select format(
            'insert into ab_test_account (test_id, generation, control_digest, treatment_digest, hour, block, samples,'
                ' control_count, treatment_count, shadow_count, control_requests, treatment_requests, %1$s)'
                ' select test_id, generation, control_digest, treatment_digest,'
                ' ab_hour(coalesce(first_time, timestamptz ''2000-01-01 00:00:00+00'')), -3,'
                ' control_rows + treatment_rows + shadow_rows, control_rows, treatment_rows, shadow_rows,'
                ' control_rows + shadow_rows,'
                ' treatment_rows + shadow_rows - guard_open - withheld - treatment_rejections'
                    ' - case when shadow_rows > 0 then shed else 0 end, %1$s'
                ' from ab_test_evidence',
            string_agg(old.attname, ', '))
        from pg_attribute as old
        join pg_attribute as new on new.attrelid = 'ab_test_account'::regclass and new.attname = old.attname
        where old.attrelid = 'ab_test_evidence'::regclass and old.attnum > 0 and not old.attisdropped
            and old.attname not in ('test_id', 'generation', 'control_digest', 'treatment_digest')
    );
end;
$ledger$;

-- Want of capacity and a guard that is open were failures of treatment; a shadow's failures were only counted by pairs.
update ab_test_account set
    control_failures = case when shadow_count > 0 then control_only_failures + both_failures else control_failures end,
    treatment_failures = case
        when shadow_count > 0 then treatment_only_failures + both_failures
        else greatest(treatment_failures - treatment_rejections - guard_open, 0)
    end
where block = -3;

-- Units that failed are known of the rows that are still there.
do $units$
declare
    failed_in record;
begin
    for failed_in in
        select distinct test_id, bucket from ab_test_sums_hourly order by bucket, test_id
    loop
        perform ab_test_book_units('{}', array(
            select r
            from ab_test_results as r
            where test_id = failed_in.test_id and time >= failed_in.bucket and time < failed_in.bucket + interval '1 hour'
                and (control_error is not null or treatment_error is not null or fallback is not null)));
    end loop;
end;
$units$;

update ab_test_account as kept set
    control_failing_units = failed.control,
    treatment_failing_units = failed.treatment,
    control_only_units = failed.control_only,
    treatment_only_units = failed.treatment_only
from (
    select
        test_id, generation, control_digest, treatment_digest,
        sum(control) as control, sum(treatment) as treatment, sum(control_only) as control_only,
        sum(treatment_only) as treatment_only
    from (
        select
            test_id, generation, control_digest, treatment_digest,
            (kind <> 'pair' and arm = 'control')::int as control,
            (kind <> 'pair' and arm = 'treatment')::int as treatment,
            (kind = 'pair' and arm = 'control')::int as control_only,
            (kind = 'pair' and arm = 'treatment')::int as treatment_only
        from ab_test_failed_units
        union all
        select
            entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest,
            entry.control_failing_units, entry.treatment_failing_units, entry.control_only_units, entry.treatment_only_units
        from ab_test_results as r
        cross join lateral ab_test_contribution(r) as entry
        where control_error is not null or treatment_error is not null or fallback is not null
    ) as units
    group by 1, 2, 3, 4
) as failed
where kept.block = -3 and (kept.test_id, kept.generation, kept.control_digest, kept.treatment_digest)
    = (failed.test_id, failed.generation, failed.control_digest, failed.treatment_digest);

-- Here whole days come from the daily histograms, and whole hours only where a day is incomplete.
create or replace function ab_test_latency_histogram(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (arm varchar, bucket integer, count bigint) language sql stable parallel safe as $$
select parts.arm, parts.bucket, sum(parts.count)::bigint
from (
    select days.arm, part.bucket, part.count
    from ab_test_histograms as days cross join lateral unnest(days.buckets, days.counts) as part (bucket, count)
    where days.test_id = p_test_id and days.span = 'day'
        and days.start >= ab_next_day(p_from) and days.start < ab_day(p_to)
    union all
    select hours.arm, part.bucket, part.count
    from ab_test_histograms as hours cross join lateral unnest(hours.buckets, hours.counts) as part (bucket, count)
    where hours.test_id = p_test_id and hours.span = 'hour'
        and hours.start >= ab_next_hour(p_from) and hours.start < ab_hour(p_to)
        and not (ab_day(hours.start) >= ab_next_day(p_from) and ab_day(hours.start) < ab_day(p_to))
    union all
    select open.arm, open.latency_bucket, open.count
    from ab_test_latencies as open
    where open.test_id = p_test_id and open.kind in ('answered', 'late', 'spoilt')
        and open.hour >= ab_next_hour(p_from) and open.hour < ab_hour(p_to)
    union all
    select pass.arm, pass.latency_bucket, 1
    from ab_test_results as r cross join lateral ab_test_passes(r) as pass
    where pass.kind in ('answered', 'late', 'spoilt') and r.test_id = p_test_id
        and r.time >= p_from and r.time < least(ab_next_hour(p_from), p_to)
    union all
    select pass.arm, pass.latency_bucket, 1
    from ab_test_results as r cross join lateral ab_test_passes(r) as pass
    where pass.kind in ('answered', 'late', 'spoilt') and r.test_id = p_test_id
        and r.time >= greatest(ab_next_hour(p_from), ab_hour(p_to)) and r.time < p_to
) as parts
group by 1, 2
having sum(parts.count) <> 0
order by 1, 2
$$;

create or replace function ab_test_actions(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (assigned_group varchar, control_action varchar, treatment_action varchar, count bigint)
language sql stable parallel safe as $$
select parts.assigned_group, parts.control_action, parts.treatment_action, sum(parts.count)::bigint
from (
    select hours.assigned_group, hours.control_action, hours.treatment_action, hours.count
    from ab_test_action_counts as hours
    where hours.test_id = p_test_id and hours.hour >= ab_next_hour(p_from) and hours.hour < ab_hour(p_to)
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

-- The names that a replica of an earlier release calls, until it is replaced or after it has come back.
create or replace function ab_test_account(stored ab_test_results[]) returns bigint language sql as $$
    select ab_test_book(stored)
$$;

create or replace function fold_ab_test_latency_minutes(older_than interval default interval '1 day')
returns bigint language sql as $$
    select fold_ab_test_account(older_than)
$$;

-- What something of yours depends on is kept under another name, and is not kept up any more.
do $gone$
declare
    each record;
begin
    for each in
        select * from (values
            ('table', 'ab_test_evidence', ''), ('table', 'ab_test_evidence_latencies', ''),
            ('table', 'ab_test_latency_minutes', ''),
            ('function', 'ab_test_latency_of_rows', '(varchar, timestamptz, timestamptz)'),
            ('function', 'ab_test_sums_of_rows', '(varchar, timestamptz, timestamptz)')
        ) as dropped (kind, name, arguments)
    loop
        begin
            execute format('drop %s %I%s', each.kind, each.name, each.arguments);
        exception when dependent_objects_still_exist then
            execute format('alter %s %I%s rename to %I', each.kind, each.name, each.arguments, each.name || '_old');
            raise warning '% is kept as %_old, because something of yours depends on it, and gets no new figures',
                each.name, each.name;
        end;
    end loop;
end;
$gone$;

-- The versions of a test's models, and when they were seen.
create view ab_test_evidence as
select
    test_id, generation, control_digest, treatment_digest,
    max(control_version) as control_version, max(treatment_version) as treatment_version,
    min(first_time) as first_time, max(last_time) as last_time
from ab_test_account
where block <> -4
group by 1, 2, 3, 4;

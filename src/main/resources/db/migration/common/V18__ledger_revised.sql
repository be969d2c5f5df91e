-- The ledger of version 14, revised: counters of units that cannot overflow, no figures that nothing reads, at most so many blocks
-- as the reader of the evidence is told, and the functions in fewer lines. Version 15 has had no effect: version 14 adds its columns.

-- In the order in which a batch takes them.
lock table ab_test_account, ab_test_unit_sums in access exclusive mode;

alter table ab_test_unit_sums
    alter column pair_count type bigint,
    alter column control_answers type bigint,
    alter column treatment_answers type bigint,
    alter column agree_count type bigint;

-- What something of yours depends on is kept: a column is 0 from now on, and a function has another name and answers no more.
do $gone$
declare
    name text;
begin
    foreach name in array array['minutes', 'control_rejections'] loop
        begin
            execute format('alter table ab_test_account drop column %I', name);
        exception when dependent_objects_still_exist then
            raise warning 'ab_test_account.% is kept, because something of yours depends on it, and gets no new figures', name;
        end;
    end loop;
    foreach name in array array['ab_test_evidence_by_generation', 'ab_test_blocks'] loop
        begin
            execute format('drop function %I(varchar)', name);
        exception when dependent_objects_still_exist then
            execute format('alter function %I(varchar) rename to %I', name, name || '_17');
            raise warning '% is kept as %_17, because something of yours depends on it, and answers no more', name, name;
        end;
    end loop;
end;
$gone$;

-- The evidence of versions whose first moment no release had noted stands where their generation began, as far as that is known.
update ab_test_account as kept set hour = ab_hour(begun.at)
from (
    select
        kept.test_id, kept.generation, coalesce(min(hours.first_time), min(test.created_at)) as at
    from ab_test_account as kept
    left join ab_test_account as hours
        on hours.test_id = kept.test_id and hours.generation = kept.generation and hours.block = -4
    left join ab_test_configs as test on test.test_id = kept.test_id
    where kept.block = -3 and kept.first_time is null
    group by 1, 2
) as begun
where kept.block = -3 and kept.first_time is null and begun.at is not null
    and (kept.test_id, kept.generation) = (begun.test_id, begun.generation);

-- Whether windows show forward passes of a kind. Decisions leave out what was spoilt.
create function ab_test_shown(kind varchar) returns boolean language sql immutable parallel safe as $$
    select kind in ('answered', 'late', 'spoilt')
$$;

-- The rows of the incomplete hours at the ends of a window [p_from, p_to). With 'infinity' as p_to no row is read at that end.
create function ab_test_rows_at_ends(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns setof ab_test_results language sql stable parallel safe as $$
select * from ab_test_results where test_id = p_test_id and time >= p_from and time < least(ab_next_hour(p_from), p_to)
union all
select * from ab_test_results
where test_id = p_test_id and time >= greatest(ab_next_hour(p_from), ab_hour(p_to)) and time < p_to
$$;

create or replace function ab_test_latency_histogram(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (arm varchar, bucket integer, count bigint) language sql stable parallel safe as $$
select parts.arm, parts.bucket, sum(parts.count)::bigint
from (
    -- whole days, and whole hours only where a day is incomplete
    select kept.arm, part.bucket, part.count
    from ab_test_histograms as kept cross join lateral unnest(kept.buckets, kept.counts) as part (bucket, count)
    where kept.test_id = p_test_id and (
        kept.span = 'day' and kept.start >= ab_next_day(p_from) and kept.start < ab_day(p_to)
        or kept.span = 'hour' and kept.start >= ab_next_hour(p_from) and kept.start < ab_hour(p_to)
            and not (ab_day(kept.start) >= ab_next_day(p_from) and ab_day(kept.start) < ab_day(p_to)))
    union all
    select open.arm, open.latency_bucket, open.count
    from ab_test_latencies as open
    where open.test_id = p_test_id and ab_test_shown(open.kind)
        and open.hour >= ab_next_hour(p_from) and open.hour < ab_hour(p_to)
    union all
    select pass.arm, pass.latency_bucket, 1
    from ab_test_rows_at_ends(p_test_id, p_from, p_to) as r cross join lateral ab_test_passes(r) as pass
    where ab_test_shown(pass.kind)
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
    select r.assigned_group, r.control_action, r.treatment_action, 1 from ab_test_rows_at_ends(p_test_id, p_from, p_to) as r
) as parts
group by 1, 2, 3
order by 1, 2, 3
$$;

-- Of what the replicas assigned in a generation, the part of one pair of versions: the latest versions get what no row of the
-- others accounts for.
create function ab_test_assigned(assigned numeric, latest boolean, rows_of_others numeric, own_rows bigint)
returns bigint language sql immutable parallel safe as $$
    select case
        when assigned is null then 0
        when latest then greatest(assigned - coalesce(rows_of_others, 0), 0)
        else own_rows
    end::bigint
$$;

-- What follows lists the columns of ab_test_account again and again, so the lists are taken from the catalog. The columns of the
-- key come first and are written out; of the others, {columns} are the names, {sums} the sum of each over entries, and {adds} how
-- an entry takes in another one.
do $ledger$
declare
    -- What a row contributes to each column; a condition counts 1, a sum of squares follows from its sum, and what is not here is 0.
    -- "withheld" to "shed" are the service's own doing, and nothing that a model could answer for.
    contribution constant text := $rows$
test_id                   r.test_id
generation                r.generation
control_digest            coalesce(r.control_model_digest, '')
treatment_digest          coalesce(r.treatment_model_digest, '')
hour                      ab_hour(r.time)
block                     extract(minute from r.time at time zone 'UTC')::smallint
control_version           r.control_model || '@' || r.control_model_version || '#' || r.control_model_digest
treatment_version         r.treatment_model || '@' || r.treatment_model_version || '#' || r.treatment_model_digest
configured_split          r.configured_split
first_time                r.time
last_time                 r.time
samples                   true
control_count             is_control
treatment_count           is_treatment
shadow_count              is_shadow
fallback_count            r.fallback is not null
split_count               not is_shadow and r.configured_split is not null
split_treatment_count     is_treatment and r.configured_split is not null
configured_split_sum      case when is_shadow then 0 else r.configured_split end
control_units             is_control and own_unit
treatment_units           is_treatment and own_unit
fenced                    r.fallback = 'fenced'
withheld                  not is_control and r.fallback in ('fenced', 'test_disabled')
guard_open                not is_control and r.fallback = 'guard_open'
shed                      is_shadow and r.treatment_error in ('rejected', 'queued') or r.pair = 'shed'
treatment_rejections      is_treatment and (r.fallback = 'treatment_rejected' or r.treatment_error in ('rejected', 'queued'))
control_requests          control_answered and not control_queued or not is_treatment and control_failed
treatment_requests        treatment_answered or not is_control and treatment_failed
control_failures          not is_treatment and control_failed
treatment_failures        not is_control and treatment_failed
control_failing_units     not is_treatment and control_failed and own_unit
treatment_failing_units   not is_control and treatment_failed and own_unit
treatment_errors          not is_control and r.treatment_error in ('error', 'invalid')
treatment_timeouts        not is_control and r.treatment_error = 'timeout'
control_error_count       not is_treatment and r.control_error is not null
treatment_error_count     not is_control and r.treatment_error is not null
paired_rows               paired
control_only_failures     control_only
treatment_only_failures   treatment_only
both_failures             (is_shadow or paired) and control_failed and treatment_failed
control_only_units        control_only and own_unit
treatment_only_units      treatment_only and own_unit
second_control_requests   is_treatment and paired and not control_queued
second_control_failures   is_treatment and paired and not control_queued and control_failed
second_treatment_requests is_control and paired
second_treatment_failures is_control and paired and treatment_failed
control_answers           control_answered
control_confidence_sum    case when control_answered then r.control_confidence else 0 end
control_latency_sum       case when control_answered then r.control_latency_ms else 0 end
control_log_latency_sum   case when control_answered then control_log else 0 end
treatment_answers         treatment_answered
treatment_confidence_sum  case when treatment_answered then r.treatment_confidence else 0 end
treatment_latency_sum     case when treatment_answered then r.treatment_latency_ms else 0 end
treatment_log_latency_sum case when treatment_answered then treatment_log else 0 end
pair_count                is_pair
agree_count               is_pair and r.actions_match
confidence_delta_sum      case when is_pair then r.confidence_delta else 0 end
latency_delta_sum         case when is_pair then r.latency_delta_ms else 0 end
$rows$;
    -- what is true of a fenced minute, too
    stored_rows constant text[] := array['samples', 'control_count', 'treatment_count', 'shadow_count', 'fenced',
        'control_units', 'treatment_units'];
    -- of the order of time
    block_counts constant text[] := array['pair_count', 'agree_count', 'control_requests', 'control_failures',
        'control_failing_units', 'treatment_requests', 'treatment_failures', 'treatment_failing_units', 'control_only_units',
        'treatment_only_units', 'second_control_requests', 'second_control_failures', 'second_treatment_requests',
        'second_treatment_failures'];
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
        string_agg(coalesce(contributed, '0'), ', ' order by place) as contribution,
        string_agg(name, ', ' order by place) filter (where place > 6) as columns,
        string_agg(total || ' as ' || name, ', ' order by place) filter (where place > 6) as sums,
        string_agg(name || ' = ' || case
            when name = 'first_time' then 'least(kept.first_time, excluded.first_time)'
            when name = 'last_time' then 'greatest(kept.last_time, excluded.last_time)'
            when label then format('coalesce(kept.%1$s, excluded.%1$s)', name)
            else format('kept.%1$s + excluded.%1$s', name)
        end, ', ' order by place) filter (where place > 6) as adds,
        -- a minute is one batch of latencies
        string_agg(case
            when name like '%_batches' then
                format('case when e.block < 0 then e.%s else (e.%s_answers > 0)::int end', name, arm)
            when name like '%_batch_sum%' then format(
                'case when e.block < 0 then e.%s else coalesce((e.%2$s_latency_sum / nullif(e.%2$s_answers, 0)) ^ %3$s, 0) end',
                name, arm, case when name like '%sq' then 2 else 1 end)
            else 'e.' || name
        end, ', ' order by place) filter (where place > 6) as closed,
        string_agg(case
            when name = 'withheld' then
                'sum(case when entry.fenced = 0 then entry.withheld else entry.treatment_count + entry.shadow_count end)::bigint'
                    ' as withheld'
            when label or name = any (stored_rows) then total || ' as ' || name
            else format('coalesce(sum(entry.%1$s) filter (where entry.fenced = 0), 0)::%2$s as %1$s', name, type)
        end, ', ' order by place) filter (where place > 6) as evidence,
        string_agg(format(case when label then 'evidence.%s' else 'coalesce(evidence.%s, 0)' end, name), ', ' order by place)
            filter (where place > 6 and name <> 'configured_split') as found,
        string_agg(name || ' ' || type, ', ' order by place) filter (where place > 6 and name <> 'configured_split') as types,
        string_agg(total || ' as ' || name, ', ' order by array_position(block_counts, name))
            filter (where name = any (block_counts)) as block_sums,
        string_agg(name || ' ' || type, ', ' order by array_position(block_counts, name))
            filter (where name = any (block_counts)) as block_types
    from (
        select
            *,
            split_part(name, '_', 1) as arm,
            case
                when name = 'first_time' then 'min(entry.first_time)'
                when label then 'max(entry.' || name || ')'
                else format('coalesce(sum(entry.%s), 0)::%s', name, type)
            end as total,
            case when type = 'bigint' and place > 6 then '(' || says || ')::int' else says end as contributed
        from (
            select
                attname::text as name,
                format_type(atttypid, atttypmod) as type,
                attnum as place,
                attname in ('control_version', 'treatment_version', 'configured_split', 'first_time', 'last_time') as label
            from pg_attribute
            where attrelid = 'ab_test_account'::regclass and attnum > 0 and not attisdropped
        ) as named
        left join (
            select word[1] as name, word[2] as says from regexp_matches(contribution, '^(\w+) +(.+)$', 'gn') as word
            union all
            select word[1] || 'sq', regexp_replace(word[2], 'then (\S+)', 'then \1 * \1')
            from regexp_matches(contribution, '^(\w+_sum) +(.+)$', 'gn') as word
        ) as said using (name)
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
        'unit_columns', member_names,
        'unit_adds', member_adds,
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
            string_agg(name, ', ' order by name) filter (where name not like '%sumsq') as member_names,
            string_agg(format('%1$s = kept.%1$s + excluded.%1$s', name), ', ' order by name)
                filter (where name not like '%sumsq') as member_adds,
            string_agg(format('sum(%1$s)%2$s as %1$s', name, case when name not like '%sum%' then '::bigint' end), ', '
                order by name) as member_sums
        from (
            select distinct name from unnest(quantities) with ordinality as listed (name, place) where place % 4 <> 1
        ) as named
    ) as all_of_them;

    foreach statement in array array[

-- What a row contributes to the ledger. All else is a sum of this.
--
-- A model fails if it gives an error, an invalid answer or none in time; control also if it answers after treatment's deadline. A
-- model that waited for a place to run, or that the service held back, is in no denominator, nor is control where no request of
-- treatment compares with it (control_queued). Of two models, which one fails is a question to requests for which both ran: in a
-- split a pair whose second model never came to an end is none.
$sql$
create or replace function ab_test_contribution(r ab_test_results) returns setof ab_test_account
language sql stable parallel safe as $$
select {contribution}
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
$sql$,

-- An entry as it is when its minute is folded.
$sql$
create or replace function ab_test_closed(e ab_test_account) returns setof ab_test_account language sql stable parallel safe as $$
select
    e.test_id, e.generation, e.control_digest, e.treatment_digest, e.hour,
    case when e.block < 0 then e.block when e.fenced = 0 then -1 else -2 end,
    {closed}
$$
$sql$,

-- The entries of a window: those of whole hours, and what the rows of the incomplete hours at its ends contribute.
$sql$
create or replace function ab_test_entries(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns setof ab_test_account language sql stable parallel safe as $$
select * from ab_test_account
where test_id = p_test_id and hour >= ab_next_hour(p_from) and hour < ab_hour(p_to) and block <> -3
union all
select entry.* from ab_test_rows_at_ends(p_test_id, p_from, p_to) as r cross join lateral ab_test_contribution(r) as entry
$$
$sql$,

-- Adds rows that were really stored to the ledger, and returns how many they are. Called in the statement that stores them, so
-- that each row counts once, however often it is sent. A function and not a trigger, because a hypertable takes no trigger
-- with a transition table. The tables, and the keys in each, are taken in the same order by every batch.
$sql$
create or replace function ab_test_book(stored ab_test_results[]) returns bigint language plpgsql as $$
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
create or replace function ab_test_book_units(stored ab_test_results[], sound ab_test_results[]) returns void
language plpgsql as $$
begin
    with drawn as (
        select distinct on (r.test_id collate "C", r.unit_id collate "C")
            r.unit_id, 'drawn' as kind, r.assigned_group as arm,
            entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest, entry.hour, entry.block
        from unnest(stored) as r
        cross join lateral ab_test_contribution(r) as entry
        where r.assigned_group <> 'shadow' and r.unit_id <> r.request_id
        order by r.test_id collate "C", r.unit_id collate "C", r.time, r.row_id
    ), first_seen as (
        insert into ab_test_units (test_id, unit_id, generation, assigned_group)
        select test_id, unit_id, generation, arm from drawn order by test_id collate "C", unit_id collate "C"
        on conflict do nothing
        returning test_id, unit_id
    ), failing as (
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
            and (r.control_error is not null or r.treatment_error is not null or r.control_late)
        order by r.test_id, r.unit_id, entry.control_digest, entry.treatment_digest, failure.kind, r.time, r.row_id
    ), first_failed as (
        insert into ab_test_failed_units (test_id, unit_id, control_digest, treatment_digest, kind, arm, generation)
        select test_id, unit_id, control_digest, treatment_digest, kind, arm, generation
        from failing
        order by test_id collate "C", unit_id collate "C", control_digest collate "C", treatment_digest collate "C",
            kind collate "C"
        on conflict do nothing
        returning test_id, unit_id, control_digest, treatment_digest, kind
    ), counted as (
        select
            test_id, generation, control_digest, treatment_digest, hour, block,
            count(*) filter (where kind = 'drawn' and arm = 'control') as control_units,
            count(*) filter (where kind = 'drawn' and arm = 'treatment') as treatment_units,
            count(*) filter (where kind not in ('drawn', 'pair') and arm = 'control') as control,
            count(*) filter (where kind not in ('drawn', 'pair') and arm = 'treatment') as treatment,
            count(*) filter (where kind = 'pair' and arm = 'control') as control_only,
            count(*) filter (where kind = 'pair' and arm = 'treatment') as treatment_only
        from (
            select drawn.* from first_seen join drawn using (test_id, unit_id)
            union all
            select failing.* from first_failed join failing using (test_id, unit_id, control_digest, treatment_digest, kind)
        ) as first
        group by 1, 2, 3, 4, 5, 6
    )
    update ab_test_account as kept set
        control_units = kept.control_units + counted.control_units,
        treatment_units = kept.treatment_units + counted.treatment_units,
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
create or replace function ab_test_book_latencies(
    sound ab_test_results[], spoilt ab_test_results[], taken_back ab_test_results[]
) returns void language plpgsql as $$
begin
insert into ab_test_latencies as kept
    (latency_bucket, hour, generation, test_id, control_digest, treatment_digest, arm, kind, count)
select
    pass.latency_bucket, ab_hour((r).time), (r).generation, (r).test_id collate "C",
    coalesce((r).control_model_digest, '') collate "C", coalesce((r).treatment_model_digest, '') collate "C", pass.arm collate "C",
    (case when part = 'spoilt' then part else pass.kind end) collate "C", sum(case when part = 'taken back' then -1 else 1 end)
from (
    select 'sound' as part, r from unnest(sound) as r
    union all
    select 'spoilt', r from unnest(spoilt) as r
    union all
    select 'taken back', r from unnest(taken_back) as r
) as passing
cross join lateral ab_test_passes(r) as pass
where part <> 'spoilt' or ab_test_shown(pass.kind)
group by 1, 2, 3, 4, 5, 6, 7, 8
order by 1, 2, 3, 4, 5, 6, 7, 8
on conflict (test_id, hour, latency_bucket, arm, kind, generation, control_digest, treatment_digest)
    do update set count = kept.count + excluded.count;
end;
$$
$sql$,

-- Moments of runs of at most 16 rows in the order of their time, and of units. A unit's squares grow with each batch.
$sql$
create or replace function ab_test_book_moments(sound ab_test_results[]) returns void language plpgsql as $$
begin
with observed as (
    select
        entry.test_id, entry.generation, entry.control_digest, entry.treatment_digest,
        case when r.unit_id <> r.request_id then hashtextextended(
            concat_ws(' ', r.unit_id, r.test_id, entry.control_digest, entry.treatment_digest, entry.configured_split), 0)
            end as unit,
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
    insert into ab_test_unit_sums as kept (unit, {unit_columns})
    select unit, {unit_columns} from units order by unit
    on conflict (unit) do update set {unit_adds}
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
create or replace function fold_ab_test_account(older_than interval default interval '1 day') returns bigint language plpgsql as $$
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
        where case when span = 'life' then kind <> 'spoilt' else ab_test_shown(kind) end
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

-- Sums of requests in their order of time: minutes of the last hours, and before, of each generation and its versions, hours or as
-- many hours in one that there are a hundred of these in all, and one more for each generation. What is fenced is left out.
$sql$
create function ab_test_blocks(p_test_id varchar)
returns table (
    generation bigint, control_digest varchar, treatment_digest varchar, start timestamptz, {block_types}
) language sql stable parallel safe as $$
select
    generation, control_digest, treatment_digest, min(hour + greatest(block, 0) * interval '1 minute'), {block_sums}
from (
    select *, ceil((max(place) filter (where not open) over () + 1) / 100.0) as width
    from (
        select
            *,
            dense_rank() over (partition by open order by generation, control_digest, treatment_digest, hour) - 1 as place
        from (
            select *, block >= 0 and hour >= ab_hour(now()) - interval '2 hours' as open
            from ab_test_account
            where test_id = p_test_id and block <> -4 and fenced = 0
        ) as sound
    ) as placed
) as entry
group by 1, 2, 3, open, case when open then place else floor(place / width) end, case when open then block end
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
    ab_test_assigned(assigned_control, coalesce(place, 1) = 1, other_control, control_count),
    ab_test_assigned(assigned_treatment, coalesce(place, 1) = 1, other_treatment, treatment_count),
    ab_test_assigned(assigned_shadow, coalesce(place, 1) = 1, other_shadow, shadow_count),
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
end;
$ledger$;

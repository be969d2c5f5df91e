-- The service adds up what a batch contributes to the ledger, and the database applies the sums, if each row of the batch is new and
-- none is of a fenced minute. Otherwise, and for replicas of an earlier release, it adds up the rows itself, as before.

-- The lists of columns come from the catalog, as in version 18: {columns} are the names of the figures of an entry, {given} what is
-- given of each, and {adds} how an entry takes in another one.
do $ledger$
declare
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
    select to_jsonb(written) into lists
    from (
        select
            string_agg(name, ', ' order by place) as columns,
            string_agg(case when label then 'e.' || name else format('coalesce(e.%s, 0)', name) end, ', ' order by place) as given,
            string_agg(name || ' = ' || case
                when name = 'first_time' then 'least(kept.first_time, excluded.first_time)'
                when name = 'last_time' then 'greatest(kept.last_time, excluded.last_time)'
                when label then format('coalesce(kept.%1$s, excluded.%1$s)', name)
                else format('kept.%1$s + excluded.%1$s', name)
            end, ', ' order by place) as adds
        from (
            select
                attname::text as name,
                attnum as place,
                attname in ('control_version', 'treatment_version', 'configured_split', 'first_time', 'last_time') as label
            from pg_attribute
            where attrelid = 'ab_test_account'::regclass and attnum > 6 and not attisdropped
        ) as named
    ) as written;

    -- Moments of each quantity over units g: a unit grows by g.n values to grown.n, and its squares with it. First side by side,
    -- which is much faster, then one row for each quantity.
    select lists || jsonb_build_object('unit_sums', string_agg(format(
        'count(*) filter (where grown.%2$s = g.%2$s and g.%2$s > 0) as groups_%1$s, sum(g.%2$s)::bigint as count_%1$s,'
        ' sum(g.%3$s)::float8 as sum_%1$s, sum(g.%4$s)::float8 as sum_of_squares_%1$s,'
        ' sum(grown.%2$s::float8 * grown.%2$s - (grown.%2$s - g.%2$s)::float8 * (grown.%2$s - g.%2$s)) as sizes_%1$s,'
        ' sum(grown.%2$s::float8 * grown.%3$s - (grown.%2$s - g.%2$s)::float8 * (grown.%3$s - g.%3$s)) as products_%1$s,'
        ' sum(grown.%3$s::float8 * grown.%3$s - (grown.%3$s - g.%3$s)::float8 * (grown.%3$s - g.%3$s)) as squares_%1$s',
        quantities[i][1], quantities[i][2], quantities[i][3], quantities[i][4]), ', '),
        'by_quantity', '(' || string_agg(format('select %1$L, w.groups_%1$s, w.count_%1$s, w.sum_%1$s, w.sum_of_squares_%1$s,'
            ' w.sizes_%1$s, w.products_%1$s, w.squares_%1$s where w.count_%1$s > 0', quantities[i][1]), ' union all ') || ')')
    into lists
    from generate_subscripts(quantities, 1) as i;

    foreach statement in array array[

-- What is left to do for rows whose sums are in the ledger's entries, of which some may be of fenced minutes. These are left out when
-- evidence is read. What is not kept by the minute leaves out their rows now, and their passes of before, as soon as a minute is
-- known to be fenced.
$sql$
create function ab_test_book_apart(stored ab_test_results[], spoiled ab_test_account[]) returns void language plpgsql as $$
declare
    sound   ab_test_results[] := stored;
    unsound ab_test_results[] := '{}';
    earlier ab_test_results[] := '{}';
begin
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
end;
$$
$sql$,

-- Adds entries of the ledger, and returns those that are of a fenced minute now.
$sql$
create function ab_test_book_entries(entries ab_test_account[]) returns ab_test_account[] language plpgsql as $$
declare
    spoiled ab_test_account[];
begin
    with booked as (
        insert into ab_test_account as kept
            (test_id, generation, control_digest, treatment_digest, hour, block, {columns})
        select e.test_id, e.generation, e.control_digest, e.treatment_digest, e.hour, e.block, {given}
        from unnest(entries) as e
        order by 1, 5, 2, 3, 4, 6
        on conflict (test_id, hour, generation, control_digest, treatment_digest, block) do update set {adds}
        returning kept as entry
    )
    select array_agg(entry) into spoiled from booked where (entry).fenced > 0;
    return spoiled;
end;
$$
$sql$,

-- Units of a batch that are new, and units that failed for the first time; as ab_test_book_units.
$sql$
create function ab_test_book_first_units(
    entries ab_test_account[], failing jsonb, drawn_places integer[], drawn_units varchar[], drawn_arms varchar[]
) returns void language plpgsql as $$
begin
    with entry as (
        select * from unnest(entries) with ordinality
    ), drawn as (
        select d.unit_id, d.arm, d.place, e.test_id, e.generation
        from unnest(drawn_places, drawn_units, drawn_arms) as d (place, unit_id, arm)
        join entry as e on e.ordinality = d.place
    ), first_seen as (
        insert into ab_test_units (test_id, unit_id, generation, assigned_group)
        select test_id, unit_id, generation, arm from drawn order by test_id collate "C", unit_id collate "C"
        on conflict do nothing
        returning test_id, unit_id
    ), failed as (
        select f.*, e.test_id, e.generation, e.control_digest, e.treatment_digest
        from jsonb_to_recordset(failing) as f (place integer, unit_id varchar, kind varchar, arm varchar)
        join entry as e on e.ordinality = f.place
    ), first_failed as (
        insert into ab_test_failed_units (test_id, unit_id, control_digest, treatment_digest, kind, arm, generation)
        select test_id, unit_id, control_digest, treatment_digest, kind, arm, generation
        from failed
        order by test_id collate "C", unit_id collate "C", control_digest collate "C", treatment_digest collate "C",
            kind collate "C"
        on conflict do nothing
        returning test_id, unit_id, control_digest, treatment_digest, kind
    ), counted as (
        select
            place,
            count(*) filter (where kind = 'drawn' and arm = 'control') as control_units,
            count(*) filter (where kind = 'drawn' and arm = 'treatment') as treatment_units,
            count(*) filter (where kind not in ('drawn', 'pair') and arm = 'control') as control,
            count(*) filter (where kind not in ('drawn', 'pair') and arm = 'treatment') as treatment,
            count(*) filter (where kind = 'pair' and arm = 'control') as control_only,
            count(*) filter (where kind = 'pair' and arm = 'treatment') as treatment_only
        from (
            select drawn.place, 'drawn' as kind, drawn.arm from first_seen join drawn using (test_id, unit_id)
            union all
            select failed.place, failed.kind, failed.arm
            from first_failed join failed using (test_id, unit_id, control_digest, treatment_digest, kind)
        ) as first
        group by place
    )
    update ab_test_account as kept set
        control_units = kept.control_units + counted.control_units,
        treatment_units = kept.treatment_units + counted.treatment_units,
        control_failing_units = kept.control_failing_units + counted.control,
        treatment_failing_units = kept.treatment_failing_units + counted.treatment,
        control_only_units = kept.control_only_units + counted.control_only,
        treatment_only_units = kept.treatment_only_units + counted.treatment_only
    from counted
    join entry as e on e.ordinality = counted.place
    where (kept.test_id, kept.generation, kept.control_digest, kept.treatment_digest, kept.hour, kept.block) = (e.test_id,
        e.generation, e.control_digest, e.treatment_digest, e.hour, e.block);
end;
$$
$sql$,

-- Moments of runs, which the service has added up, and of units, whose squares grow by what the database has of them. Each unit is
-- here once.
$sql$
create function ab_test_book_groups(
    entries ab_test_account[], runs jsonb, unit_places integer[], unit_ids varchar[], unit_splits double precision[],
    pair_counts bigint[], control_answers bigint[], treatment_answers bigint[], agree_counts bigint[],
    confidence_delta_sums double precision[], confidence_delta_squares double precision[],
    control_confidence_sums double precision[], control_confidence_squares double precision[],
    treatment_confidence_sums double precision[], treatment_confidence_squares double precision[],
    control_log_latency_sums double precision[], control_log_latency_squares double precision[],
    treatment_log_latency_sums double precision[], treatment_log_latency_squares double precision[]
) returns void language plpgsql as $$
#variable_conflict use_column
begin
    with entry as (
        select * from unnest(entries) with ordinality
    ), given as (
        select
            hashtextextended(concat_ws(' ', u.unit_id, e.test_id, e.control_digest, e.treatment_digest, u.split), 0) as unit,
            e.test_id, e.generation, e.control_digest, e.treatment_digest, u.*
        from unnest(unit_places, unit_ids, unit_splits, pair_counts, control_answers, treatment_answers, agree_counts,
            confidence_delta_sums, confidence_delta_squares, control_confidence_sums, control_confidence_squares,
            treatment_confidence_sums, treatment_confidence_squares, control_log_latency_sums, control_log_latency_squares,
            treatment_log_latency_sums, treatment_log_latency_squares) as u (place, unit_id, split, pair_count, control_answers,
            treatment_answers, agree_count, confidence_delta_sum, confidence_delta_sumsq, control_confidence_sum,
            control_confidence_sumsq, treatment_confidence_sum, treatment_confidence_sumsq, control_log_latency_sum,
            control_log_latency_sumsq, treatment_log_latency_sum, treatment_log_latency_sumsq)
        join entry as e on e.ordinality = u.place
    ), units as materialized (
        select distinct on (unit) * from given order by unit
    ), grown as (
        insert into ab_test_unit_sums as kept
            (unit, pair_count, control_answers, treatment_answers, agree_count, confidence_delta_sum, control_confidence_sum,
            treatment_confidence_sum, control_log_latency_sum, treatment_log_latency_sum)
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
    ), of_units as (
        select g.test_id, g.generation, g.control_digest, g.treatment_digest, {unit_sums}
        from units as g
        join grown using (unit)
        group by 1, 2, 3, 4
    ), added (grouped_by, test_id, generation, control_digest, treatment_digest, quantity, groups, count, sum, sum_of_squares,
        sizes, products, group_squares) as (
        select 'unit', w.test_id, w.generation, w.control_digest, w.treatment_digest, q.*
        from of_units as w
        cross join lateral {by_quantity} as q
        union all
        select
            'run', e.test_id, e.generation, e.control_digest, e.treatment_digest, r.quantity, r.groups, r.count, r.sum,
            r.sum_of_squares, r.sizes, r.products, r.group_squares
        from jsonb_to_recordset(runs) as r (
            place integer, quantity varchar, groups bigint, count bigint, sum double precision, sum_of_squares double precision,
            sizes double precision, products double precision, group_squares double precision)
        join entry as e on e.ordinality = r.place
    )
    insert into ab_test_moments as kept
        (test_id, generation, control_digest, treatment_digest, grouped_by, quantity, groups, count, sum, sum_of_squares, sizes,
        products, group_squares)
    select
        test_id, generation, control_digest, treatment_digest, grouped_by, quantity, groups, count, sum, sum_of_squares, sizes,
        products, group_squares
    from added
    order by test_id collate "C", generation, control_digest collate "C", treatment_digest collate "C", grouped_by, quantity
    on conflict (test_id, generation, control_digest, treatment_digest, grouped_by, quantity) do update set
        groups = kept.groups + excluded.groups, count = kept.count + excluded.count, sum = kept.sum + excluded.sum,
        sum_of_squares = kept.sum_of_squares + excluded.sum_of_squares, sizes = kept.sizes + excluded.sizes,
        products = kept.products + excluded.products, group_squares = kept.group_squares + excluded.group_squares;
end;
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

-- The rows of a batch that were stored a moment ago.
create function ab_test_rows_of(row_ids uuid[], times timestamptz[]) returns setof ab_test_results language sql stable as $$
select r.* from unnest(row_ids, times) as stored (row_id, time) join ab_test_results as r using (row_id, time)
$$;

-- Adds a batch to the ledger: the rows that are new, how many were sent, and what all that were sent add up to. Called in the statement
-- that stores them. The tables, and the keys in each, are taken in the same order as by ab_test_book. sums: entries (of
-- ab_test_account, with what is not 0), failing (units), runs (their moments) and actions (counts). Places are those of entries, from 1.
create function ab_test_book_batch(
    row_ids uuid[], times timestamptz[], sent integer, sums jsonb,
    latency_places integer[], latency_arms varchar[], latency_kinds varchar[], latency_buckets integer[], latency_counts bigint[],
    drawn_places integer[], drawn_units varchar[], drawn_arms varchar[],
    unit_places integer[], unit_ids varchar[], unit_splits double precision[],
    pair_counts bigint[], control_answers bigint[], treatment_answers bigint[], agree_counts bigint[],
    confidence_delta_sums double precision[], confidence_delta_squares double precision[],
    control_confidence_sums double precision[], control_confidence_squares double precision[],
    treatment_confidence_sums double precision[], treatment_confidence_squares double precision[],
    control_log_latency_sums double precision[], control_log_latency_squares double precision[],
    treatment_log_latency_sums double precision[], treatment_log_latency_squares double precision[]
) returns bigint language plpgsql as $$
declare
    entries ab_test_account[];
    spoiled ab_test_account[];
begin
    if row_ids is null then
        return 0;
    elsif cardinality(row_ids) < sent then
        return ab_test_book(array(select r from ab_test_rows_of(row_ids, times) as r));
    end if;

    entries := array(select e from jsonb_populate_recordset(null::ab_test_account, sums -> 'entries') as e);
    spoiled := ab_test_book_entries(entries);
    if spoiled is not null then
        perform ab_test_book_apart(array(select r from ab_test_rows_of(row_ids, times) as r), spoiled);
    else
        if sums -> 'failing' <> '[]' or cardinality(drawn_places) > 0 then
            perform ab_test_book_first_units(entries, sums -> 'failing', drawn_places, drawn_units, drawn_arms);
        end if;

        insert into ab_test_latencies as kept
            (latency_bucket, hour, generation, test_id, control_digest, treatment_digest, arm, kind, count)
        select
            pass.bucket, e.hour, e.generation, e.test_id collate "C", e.control_digest collate "C", e.treatment_digest collate "C",
            pass.arm collate "C", pass.kind collate "C", pass.count
        from unnest(latency_places, latency_arms, latency_kinds, latency_buckets, latency_counts)
            as pass (place, arm, kind, bucket, count)
        join unnest(entries) with ordinality as e on e.ordinality = pass.place
        order by 1, 2, 3, 4, 5, 6, 7, 8
        on conflict (test_id, hour, latency_bucket, arm, kind, generation, control_digest, treatment_digest)
            do update set count = kept.count + excluded.count;

        perform ab_test_book_groups(entries, sums -> 'runs', unit_places, unit_ids, unit_splits, pair_counts, control_answers,
            treatment_answers, agree_counts, confidence_delta_sums, confidence_delta_squares, control_confidence_sums,
            control_confidence_squares, treatment_confidence_sums, treatment_confidence_squares, control_log_latency_sums,
            control_log_latency_squares, treatment_log_latency_sums, treatment_log_latency_squares);
    end if;

    insert into ab_test_action_counts as kept
        (test_id, hour, generation, assigned_group, control_action, treatment_action, count)
    select a.test_id, a.hour, a.generation, a.assigned_group, a.control_action, a.treatment_action, a.count
    from jsonb_populate_recordset(null::ab_test_action_counts, sums -> 'actions') as a
    order by 1, 2, 3, 4, 5, 6
    on conflict (test_id, hour, generation, assigned_group, control_action, treatment_action)
        do update set count = kept.count + excluded.count;

    if exists (select from ab_test_outcome_plans) then
        perform ab_test_book_decisions(array(
            select r
            from ab_test_rows_of(row_ids, times) as r
            where r.test_id in (select p.test_id from ab_test_outcome_plans as p)));
    end if;

    if exists (select from ab_notice_destinations where results) then
        insert into ab_notice_results (destination, time, row_id)
        select d.destination, stored.time, stored.row_id
        from ab_notice_destinations as d
        cross join unnest(times, row_ids) as stored (time, row_id)
        where d.results and d.seen_at > now() - interval '1 day'
        order by stored.row_id;
    end if;
    return cardinality(row_ids);
end;
$$;

-- The ledger of rows shares what is apart with that of batches.
do $shared$
declare
    text  text := pg_get_functiondef('ab_test_book_ledger(ab_test_results[])'::regprocedure);
    start integer := strpos(text, '    -- Entries of a fenced minute are left out');
    rest  integer := strpos(text, '    insert into ab_test_action_counts');
begin
    if start = 0 or rest < start then
        raise exception 'function ab_test_book_ledger is not that of version 25';
    end if;
    execute regexp_replace(
        left(text, start - 1) || '    perform ab_test_book_apart(stored, spoiled);' || chr(10) || chr(10) || substr(text, rest),
        '\n *(sound|unsound|earlier) +ab_test_results\[\][^\n]*', '', 'g');
end;
$shared$;

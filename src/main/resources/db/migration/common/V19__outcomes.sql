-- What the market made of predictions: outcomes as they are reported, and the decisions that they belong to. A test has decisions
-- here from the generation on in which it has an outcome plan.

alter table ab_test_configs
    add column if not exists outcome jsonb;

-- A length of a plan, such as P1D, in hours: a day of an interval has 23 or 25 of them where the session's time zone changes its clocks.
create function ab_test_length(p_text text) returns interval language sql immutable parallel safe as $$
    select make_interval(secs => extract(epoch from p_text::interval)::double precision)
$$;

-- time: when the outcome was observed (or received), or where the range of a symbol begins. That a key is there once is the doing of
-- ab_test_take_outcomes: a hypertable can have no unique index without its time, and a revision may have been observed later.
create table ab_test_outcomes (
    time        timestamptz      not null,
    request_id  varchar(100) collate "C",
    symbol      varchar(20) collate "C",
    range_end   timestamptz,
    value       double precision not null,
    observed_at timestamptz,
    revision    integer          not null,
    waiting     boolean          not null,
    received_at timestamptz      not null default now(),
    constraint ab_test_outcomes_of_one_kind
        check ((request_id is null) <> (symbol is null) and (symbol is null) = (range_end is null))
);

create index ab_test_outcomes_by_request on ab_test_outcomes (request_id) where request_id is not null;
create index ab_test_outcomes_by_symbol on ab_test_outcomes (symbol, time desc, range_end) where symbol is not null;
create index ab_test_outcomes_waiting on ab_test_outcomes (received_at) where waiting;

-- The lock of the one row puts those who take outcomes in order. waiting is at least the number that wait; it is counted again now
-- and then, because those who store predictions do not take this lock.
create table ab_test_outcome_intake (
    only_row   boolean     primary key default true,
    waiting    bigint      not null default 0,
    counted_at timestamptz not null default now(),
    constraint ab_test_outcome_intake_has_one_row check (only_row)
);

insert into ab_test_outcome_intake default values;

-- The longest range of each symbol, which bounds the search for the range that a decision lies in.
create table ab_test_outcome_ranges (
    symbol  varchar(20) collate "C" primary key,
    longest interval not null
);

-- The plan of each generation. since: the generation in which evidence of its kind began. closings: of that generation's row, how many
-- blocks of this evidence were closed.
create table ab_test_outcome_plans (
    test_id    varchar(100) collate "C" not null,
    generation bigint not null,
    since      bigint not null,
    plan       jsonb  not null,
    closings   bigint not null default 0,
    primary key (test_id, generation)
);

-- One row per stored prediction of a test with a plan. Positions are those of the plan: of both models where both answered one
-- request, in a shadow or as a sampled pair; else of the arm's own model; null where there was no answer. unit_id is null for a
-- unit that is its own request.
create table ab_test_outcome_decisions (
    test_id            varchar(100) collate "C" not null,
    since              bigint       not null,
    control_digest     varchar(12) collate "C" not null,
    treatment_digest   varchar(12) collate "C" not null,
    time               timestamptz  not null,
    row_id             uuid         not null,
    generation         bigint       not null,
    request_id         varchar(100) collate "C" not null,
    unit_id            varchar(100) collate "C",
    symbol             varchar(20) collate "C" not null,
    assigned_group     varchar(20)  not null,
    paired             boolean      not null,
    actions_match      boolean,
    control_position   double precision,
    treatment_position double precision,
    primary key (test_id, since, control_digest, treatment_digest, time, row_id)
);

create index ab_test_outcome_decisions_by_request on ab_test_outcome_decisions (request_id);

-- One sequence of blocks: a test, a kind of evidence and a pair of versions. Decisions up to the cursor are in blocks; nothing
-- before closed_until is judged any more.
create table ab_test_outcome_series (
    test_id          varchar(100) collate "C" not null,
    since            bigint      not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    control_version  text,
    treatment_version text,
    closed_until     timestamptz not null default '-infinity',
    cursor_time      timestamptz not null default '-infinity',
    cursor_row       uuid        not null default '00000000-0000-0000-0000-000000000000',
    primary key (test_id, since, control_digest, treatment_digest)
);

-- What came after the closing of its block, and is therefore in none: rows that were stored late, and outcomes of requests.
create table ab_test_outcome_late (
    test_id   varchar(100) collate "C" not null,
    since     bigint      not null,
    start     timestamptz not null,
    decisions bigint      not null default 0,
    outcomes  bigint      not null default 0,
    primary key (test_id, since, start)
);

-- The limit, the action, what a promotion asks and the days without a market may change without new evidence; nothing else may.
create function ab_test_outcome_planned() returns trigger language plpgsql as $$
declare
    changeable constant text[] := array['limit', 'action', 'promote', 'alpha', 'holidays'];
begin
    insert into ab_test_outcome_plans (test_id, generation, since, plan)
    select
        new.test_id,
        new.generation,
        coalesce(
            (select before.since
             from (
                 select since, plan
                 from ab_test_outcome_plans
                 where test_id = new.test_id and generation < new.generation
                 order by generation desc
                 limit 1
             ) as before
             where before.plan - changeable = new.outcome - changeable),
            new.generation),
        new.outcome
    on conflict (test_id, generation) do update set since = excluded.since, plan = excluded.plan;
    return null;
end;
$$;

create trigger ab_test_configs_outcome_planned
    after insert or update on ab_test_configs
    for each row when (new.outcome is not null) execute function ab_test_outcome_planned();

-- Rows are booked as before, and those of tests with a plan become decisions as well, in the statement that stores them.
alter function ab_test_book(ab_test_results[]) rename to ab_test_book_ledger;

create function ab_test_book(stored ab_test_results[]) returns bigint language plpgsql as $$
declare
    booked bigint := ab_test_book_ledger(stored);
begin
    if booked > 0 and exists (select from ab_test_outcome_plans) then
        perform ab_test_book_decisions(stored);
    end if;
    return booked;
end;
$$;

create function ab_test_book_decisions(stored ab_test_results[]) returns void language plpgsql as $$
begin
    insert into ab_test_outcome_series
        (test_id, since, control_digest, treatment_digest, control_version, treatment_version)
    select
        r.test_id collate "C", p.since,
        coalesce(r.control_model_digest, '') collate "C", coalesce(r.treatment_model_digest, '') collate "C",
        max(r.control_model || '@' || r.control_model_version || '#' || r.control_model_digest),
        max(r.treatment_model || '@' || r.treatment_model_version || '#' || r.treatment_model_digest)
    from unnest(stored) as r
    join ab_test_outcome_plans as p on p.test_id = r.test_id and p.generation = r.generation
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict do nothing;

    with made as (
        insert into ab_test_outcome_decisions (
            test_id, since, control_digest, treatment_digest, time, row_id, generation, request_id, unit_id, symbol,
            assigned_group, paired, actions_match, control_position, treatment_position
        )
        select
            r.test_id, p.since, coalesce(r.control_model_digest, ''), coalesce(r.treatment_model_digest, ''), r.time, r.row_id,
            r.generation, r.request_id, nullif(r.unit_id, r.request_id), r.symbol, r.assigned_group, both_answered,
            case when both_answered then r.control_action = r.treatment_action end,
            case when both_answered or r.assigned_group = 'control'
                then (p.plan -> 'positions' ->> r.control_action)::double precision end,
            case when both_answered or r.assigned_group = 'treatment'
                then (p.plan -> 'positions' ->> r.treatment_action)::double precision end
        from unnest(stored) as r
        join ab_test_outcome_plans as p on p.test_id = r.test_id and p.generation = r.generation
        cross join lateral (
            select (r.assigned_group = 'shadow' or coalesce(r.pair = 'paired', false))
                and r.control_action is not null and r.treatment_action is not null as both_answered
        ) as pair
        on conflict do nothing
        returning test_id, since, control_digest, treatment_digest, time, row_id
    )
    insert into ab_test_outcome_late as kept (test_id, since, start, decisions)
    select d.test_id, d.since, date_bin(ab_test_length(p.plan ->> 'block'), d.time, '1970-01-01 00:00:00+00') as start, count(*)
    from made as d
    join ab_test_outcome_series as s using (test_id, since, control_digest, treatment_digest)
    join ab_test_outcome_plans as p on p.test_id = d.test_id and p.generation = d.since
    where (d.time, d.row_id) <= (s.cursor_time, s.cursor_row)
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (test_id, since, start) do update set decisions = kept.decisions + excluded.decisions;

    if exists (select from ab_test_outcomes where waiting) then
        update ab_test_outcomes as o
        set waiting = false
        from (
            select distinct r.request_id collate "C" as request_id
            from unnest(stored) as r
            join ab_test_outcome_plans as p on p.test_id = r.test_id and p.generation = r.generation
        ) as found
        where o.waiting and o.request_id = found.request_id;
    end if;
end;
$$;

-- Takes outcomes in: one array per field, in the order in which they were sent. Of a key a higher revision replaces what is there;
-- all others are duplicates. One that was observed before its decision is rejected (early), and so are those that would have to wait
-- beyond most_waiting (full). All or nothing is committed, so what was answered is neither lost nor counted twice.
create function ab_test_take_outcomes(
    places integer[], request_ids varchar[], symbols varchar[], range_starts timestamptz[], range_ends timestamptz[],
    given_values double precision[], observed timestamptz[], revisions integer[], most_waiting bigint
) returns table (accepted bigint, duplicates bigint, waiting bigint, rejected jsonb) language plpgsql as $$
#variable_conflict use_column
declare
    room bigint;
begin
    select most_waiting - i.waiting into room from ab_test_outcome_intake as i for update;
    if room < cardinality(places) then
        update ab_test_outcome_intake as i
        set waiting = (select count(*) from ab_test_outcomes as o where o.waiting), counted_at = clock_timestamp()
        where i.counted_at < clock_timestamp() - interval '10 seconds';
        select most_waiting - i.waiting into room from ab_test_outcome_intake as i;
    end if;

    insert into ab_test_outcome_ranges as kept (symbol, longest)
    select g.symbol, max(g.range_end - g.range_start)
    from unnest(symbols, range_starts, range_ends) as g (symbol, range_start, range_end)
    where g.symbol is not null
    group by 1
    order by 1
    on conflict (symbol) do update set longest = excluded.longest where kept.longest < excluded.longest;

    return query
    with given as (
        select *
        from unnest(places, request_ids, symbols, range_starts, range_ends, given_values, observed, revisions)
            as g (place, request_id, symbol, range_start, range_end, value, observed_at, revision)
    ), known as materialized (
        select
            g.*,
            coalesce(of_request.revision, of_range.revision) as stored,
            g.request_id is not null and decided.first is null as unknown,
            coalesce(g.observed_at < decided.first, false) as early
        from given as g
        left join lateral (
            select max(o.revision) as revision from ab_test_outcomes as o where o.request_id = g.request_id collate "C"
        ) as of_request on g.request_id is not null
        left join lateral (
            select max(o.revision) as revision
            from ab_test_outcomes as o
            where o.symbol = g.symbol collate "C" and o.time = g.range_start and o.range_end = g.range_end
        ) as of_range on g.symbol is not null
        left join lateral (
            select min(d.time) as first from ab_test_outcome_decisions as d where d.request_id = g.request_id collate "C"
        ) as decided on g.request_id is not null
    ), ordered as (
        select
            k.*,
            max(k.revision) over (partition by k.request_id, k.symbol, k.range_start, k.range_end
                order by k.place rows between unbounded preceding and 1 preceding) as sent_before
        from known as k
        where not k.early
    ), counted as (
        select
            o.*,
            o.revision > coalesce(greatest(o.stored, o.sent_before), -1) as fresh,
            o.unknown and o.stored is null
                and count(*) filter (where o.unknown and o.stored is null and o.sent_before is null)
                    over (order by o.place) > room as too_many
        from ordered as o
    ), winners as materialized (
        select distinct on (c.request_id, c.symbol, c.range_start, c.range_end) c.*
        from counted as c
        where c.fresh and not c.too_many
        order by c.request_id, c.symbol, c.range_start, c.range_end, c.revision desc
    ), replaced as (
        delete from ab_test_outcomes as o
        using winners as w
        where w.request_id is not null and w.stored is not null and o.request_id = w.request_id collate "C"
    ), replaced_ranges as (
        delete from ab_test_outcomes as o
        using winners as w
        where w.symbol is not null and w.stored is not null
            and o.symbol = w.symbol collate "C" and o.time = w.range_start and o.range_end = w.range_end
    ), inserted as (
        insert into ab_test_outcomes (time, request_id, symbol, range_end, value, observed_at, revision, waiting)
        select
            coalesce(w.range_start, w.observed_at, now()), w.request_id, w.symbol, w.range_end, w.value, w.observed_at, w.revision,
            w.unknown
        from winners as w
    ), late as (
        insert into ab_test_outcome_late as kept (test_id, since, start, outcomes)
        select d.test_id, d.since, date_bin(ab_test_length(p.plan ->> 'block'), d.time, '1970-01-01 00:00:00+00'), count(*)
        from winners as w
        join ab_test_outcome_decisions as d on d.request_id = w.request_id collate "C"
        join ab_test_outcome_series as s using (test_id, since, control_digest, treatment_digest)
        join ab_test_outcome_plans as p on p.test_id = d.test_id and p.generation = d.since
        where (d.time, d.row_id) <= (s.cursor_time, s.cursor_row)
        group by 1, 2, 3
        order by 1, 2, 3
        on conflict (test_id, since, start) do update set outcomes = kept.outcomes + excluded.outcomes
    ), wait as (
        update ab_test_outcome_intake as i
        set waiting = i.waiting + more.count
        from (select count(*) from winners as w where w.unknown and w.stored is null) as more
        where more.count > 0
    )
    select
        count(*) filter (where c.fresh and not c.too_many),
        count(*) filter (where not c.fresh),
        count(*) filter (where c.fresh and not c.too_many and c.unknown),
        (
            select coalesce(jsonb_agg(jsonb_build_array(bad.place, bad.fault) order by bad.place), '[]')
            from (
                select k.place, 'early' as fault from known as k where k.early
                union all
                select c2.place, 'full' from counted as c2 where c2.fresh and c2.too_many
            ) as bad
        )
    from counted as c;
end;
$$;

-- How old an outcome can be while a block of a plan in force may need it: the block, its horizon, the longest range, whose time is its
-- beginning, and a day, because a block may be closed late. 0 without a plan.
create function ab_test_outcomes_needed() returns interval language sql stable as $$
select coalesce(
    max(ab_test_length(c.outcome ->> 'block') + ab_test_length(c.outcome ->> 'horizon'))
        + coalesce((select max(r.longest) from ab_test_outcome_ranges as r), interval '0') + interval '1 day',
    interval '0')
from ab_test_configs as c
where c.outcome is not null and c.deleted_at is null
$$;

-- Outcomes whose request never came are dropped after a while. Those whose request came at the same moment wait no longer. The longest
-- range of a symbol goes with the symbol's last outcome.
create function drop_waiting_ab_test_outcomes(older_than interval, max_rows integer default 50000) returns bigint
language plpgsql as $$
declare
    dropped bigint;
begin
    perform from ab_test_outcome_intake for update;
    update ab_test_outcomes as o
    set waiting = false
    where o.waiting and o.received_at < now() - older_than
        and exists (select from ab_test_outcome_decisions as d where d.request_id = o.request_id);
    delete from ab_test_outcomes as o
    where o.waiting and o.received_at < now() - older_than and o.request_id = any (array(
        select w.request_id from ab_test_outcomes as w where w.waiting and w.received_at < now() - older_than limit max_rows));
    get diagnostics dropped = row_count;
    update ab_test_outcome_intake
    set waiting = (select count(*) from ab_test_outcomes as o where o.waiting), counted_at = clock_timestamp();
    delete from ab_test_outcome_ranges as r
    where not exists (select from ab_test_outcomes as o where o.symbol = r.symbol);
    return dropped;
end;
$$;

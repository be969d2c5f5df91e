-- What decisions earned, by blocks of time. A block closes once, at its end and the plan's horizon, in order; a judgement reads
-- blocks and no rows. What comes after the closing is in no block.

-- agreeing, disagreeing: pairs by whether both models chose the same action; clipped, raw: what both earned with pairs that have an
-- outcome; wins: disagreements in which treatment earned more before costs. control_arm, treatment_arm: requests of each group with its
-- own model's answer, shadows in both. closing: each closing of a block has a number, one after the other within a test and its kind of
-- evidence, so that who has read the blocks up to one reads only those after it. A time would not do: clocks are set, and transactions end
-- in another order than they begin in.
create table ab_test_outcome_blocks (
    test_id                  varchar(100) collate "C" not null,
    since                    bigint           not null,
    control_digest           varchar(12) collate "C" not null,
    treatment_digest         varchar(12) collate "C" not null,
    start                    timestamptz      not null,
    generation               bigint           not null,
    closed_at                timestamptz,
    scale                    double precision not null default 0,
    agreeing                 bigint           not null default 0,
    agreeing_known           bigint           not null default 0,
    disagreeing              bigint           not null default 0,
    disagreeing_known        bigint           not null default 0,
    clipped_control          double precision not null default 0,
    clipped_treatment        double precision not null default 0,
    clipped_difference       double precision not null default 0,
    raw_control              double precision not null default 0,
    raw_treatment            double precision not null default 0,
    raw_difference           double precision not null default 0,
    wins                     bigint           not null default 0,
    losses                   bigint           not null default 0,
    control_arm              bigint           not null default 0,
    control_arm_known        bigint           not null default 0,
    control_arm_earned       double precision not null default 0,
    control_arm_bets         bigint           not null default 0,
    control_arm_hits         bigint           not null default 0,
    treatment_arm            bigint           not null default 0,
    treatment_arm_known      bigint           not null default 0,
    treatment_arm_earned     double precision not null default 0,
    treatment_arm_bets       bigint           not null default 0,
    treatment_arm_hits       bigint           not null default 0,
    closing                  bigint,
    primary key (test_id, since, control_digest, treatment_digest, start, generation)
);

create index ab_test_outcome_blocks_by_closing on ab_test_outcome_blocks (test_id, since, closing) where closing is not null;

-- Of the block that is being added up: the sums of each symbol.
create table ab_test_outcome_symbols (
    test_id          varchar(100) collate "C" not null,
    since            bigint           not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    start            timestamptz      not null,
    generation       bigint           not null,
    symbol           varchar(20) collate "C" not null,
    position_delta   double precision not null,
    absolute_value   double precision not null,
    known            bigint           not null,
    primary key (test_id, since, control_digest, treatment_digest, start, generation, symbol)
);

-- The average of past |value| of each symbol after each block that had outcomes in it. Those that no later block needs go.
create table ab_test_outcome_volatility (
    test_id          varchar(100) collate "C" not null,
    since            bigint           not null,
    control_digest   varchar(12) collate "C" not null,
    treatment_digest varchar(12) collate "C" not null,
    symbol           varchar(20) collate "C" not null,
    start            timestamptz      not null,
    average          double precision not null,
    primary key (test_id, since, control_digest, treatment_digest, symbol, start)
);

-- The last positions of each unit in each symbol: of both models in pairs, and of each group's own model. moved_at: when the unit last
-- decided.
create table ab_test_outcome_positions (
    test_id            varchar(100) collate "C" not null,
    since              bigint       not null,
    control_digest     varchar(12) collate "C" not null,
    treatment_digest   varchar(12) collate "C" not null,
    unit_id            varchar(100) collate "C" not null,
    symbol             varchar(20) collate "C" not null,
    pair_control       double precision,
    pair_treatment     double precision,
    control_arm        double precision,
    treatment_arm      double precision,
    moved_at           timestamptz  not null,
    primary key (test_id, since, control_digest, treatment_digest, unit_id, symbol)
) with (fillfactor = 70);

-- The plan of a series. The days without a market are those of the newest plan, because a new year is no new evidence.
create function ab_test_outcome_plan_of(s ab_test_outcome_series) returns jsonb language sql stable as $$
select (p.plan - 'holidays') || jsonb_strip_nulls(jsonb_build_object('holidays', (
    select n.plan -> 'holidays'
    from ab_test_outcome_plans as n
    where n.test_id = s.test_id and n.since = s.since
    order by n.generation desc
    limit 1)))
from ab_test_outcome_plans as p
where p.test_id = s.test_id and p.generation = s.since
$$;

-- The next block of a series: one that is partly added up, else that of the first decision that is in none.
create function ab_test_next_outcome_block(s ab_test_outcome_series, block interval) returns timestamptz language sql stable as $$
select coalesce(
    (select b.start
     from ab_test_outcome_blocks as b
     where (b.test_id, b.since, b.control_digest, b.treatment_digest) = (s.test_id, s.since, s.control_digest, s.treatment_digest)
         and b.start >= s.closed_until and b.closed_at is null
     order by b.start
     limit 1),
    (select date_bin(block, d.time, '1970-01-01 00:00:00+00')
     from ab_test_outcome_decisions as d
     where (d.test_id, d.since, d.control_digest, d.treatment_digest) = (s.test_id, s.since, s.control_digest, s.treatment_digest)
         and d.time >= s.closed_until
     order by d.time
     limit 1))
$$;

-- What one decision earned. own: the position of the group's own model in a split, with the units of that group; a shadow has none.
-- expected: whether the decision counts. One of a day without a market, in UTC, is left out unless an outcome came for it, so that it is
-- not missing. The unit has its position all the same.
create type ab_test_outcome_earning as (
    time               timestamptz,
    row_id             uuid,
    generation         bigint,
    unit_id            varchar(100),
    symbol             varchar(20),
    assigned_group     varchar(20),
    paired             boolean,
    actions_match      boolean,
    control_position   double precision,
    treatment_position double precision,
    own                double precision,
    value              double precision,
    clipped            double precision,
    control_clipped    double precision,
    treatment_clipped  double precision,
    control_raw        double precision,
    treatment_raw      double precision,
    own_raw            double precision,
    expected           boolean
);

-- What the next decisions of a series earned as outcomes are known now: those after its cursor, in their order. The outcome of the
-- request comes first; of several ranges of the symbol the one that begins last counts.
create function ab_test_outcome_earnings(
    s ab_test_outcome_series, plan jsonb, p_from timestamptz, p_to timestamptz, most integer
) returns setof ab_test_outcome_earning language sql stable as $$
with slice as materialized (
    select d.*
    from ab_test_outcome_decisions as d
    where (d.test_id, d.since, d.control_digest, d.treatment_digest) = (s.test_id, s.since, s.control_digest, s.treatment_digest)
        and d.time >= p_from and d.time < p_to and (d.time, d.row_id) > (s.cursor_time, s.cursor_row)
    order by d.time, d.row_id
    limit most
), valued as materialized (
    select
        d.*,
        coalesce(own.value, of_symbol.value) as value,
        case d.assigned_group when 'control' then d.control_position when 'treatment' then d.treatment_position end as own
    from slice as d
    left join lateral (
        select o.value
        from ab_test_outcomes as o
        where o.request_id = d.request_id and (o.observed_at is null or o.observed_at >= d.time)
        limit 1
    ) as own on true
    left join lateral (
        select o.value
        from ab_test_outcomes as o
        where own.value is null and o.symbol = d.symbol and o.time <= d.time
            and o.time > d.time - (select r.longest from ab_test_outcome_ranges as r where r.symbol = d.symbol)
            and o.range_end > d.time and (o.observed_at is null or o.observed_at >= d.time)
        order by o.time desc, o.range_end
        limit 1
    ) as of_symbol on true
), followed as (
    select
        d.*,
        case when d.value is not null then greatest(least(d.value, clip), -clip) end as clipped,
        cost * abs(d.control_position - case when d.unit_id is null then 0
            else coalesce(lag(d.control_position) over pairs, kept.pair_control, 0) end) as control_cost,
        cost * abs(d.treatment_position - case when d.unit_id is null then 0
            else coalesce(lag(d.treatment_position) over pairs, kept.pair_treatment, 0) end) as treatment_cost,
        cost * abs(d.own - case when d.unit_id is null then 0
            else coalesce(
                lag(d.own) over arms,
                case d.assigned_group when 'control' then kept.control_arm else kept.treatment_arm end,
                0) end) as own_cost
    from valued as d
    cross join (select (plan ->> 'cost')::double precision as cost, (plan ->> 'clip')::double precision as clip) as planned
    left join ab_test_outcome_positions as kept
        on (kept.test_id, kept.since, kept.control_digest, kept.treatment_digest, kept.unit_id, kept.symbol)
            = (d.test_id, d.since, d.control_digest, d.treatment_digest, d.unit_id, d.symbol)
    window
        pairs as (partition by d.paired, d.unit_id, d.symbol order by d.time, d.row_id),
        arms as (partition by d.assigned_group, d.own is null, d.unit_id, d.symbol order by d.time, d.row_id)
)
select
    d.time, d.row_id, d.generation, d.unit_id, d.symbol, d.assigned_group, d.paired, d.actions_match,
    d.control_position, d.treatment_position, d.own, d.value, d.clipped,
    d.control_position * d.clipped - d.control_cost,
    d.treatment_position * d.clipped - d.treatment_cost,
    d.control_position * d.value - d.control_cost,
    d.treatment_position * d.value - d.treatment_cost,
    d.own * d.value - d.own_cost,
    d.value is not null or not coalesce((plan -> 'holidays') ? to_char(d.time at time zone 'UTC', 'YYYY-MM-DD'), false)
from followed as d
$$;

-- The sums of the decisions that count, by block and generation.
create function ab_test_outcome_sums(earnings ab_test_outcome_earning[], s ab_test_outcome_series, block interval)
returns setof ab_test_outcome_blocks language sql stable as $$
select
    s.test_id, s.since, s.control_digest, s.treatment_digest, d.start, d.generation, null::timestamptz, 0::double precision,
    count(*) filter (where d.paired and d.actions_match),
    count(d.value) filter (where d.paired and d.actions_match),
    count(*) filter (where d.paired and not d.actions_match),
    count(d.value) filter (where d.paired and not d.actions_match),
    coalesce(sum(d.control_clipped) filter (where d.paired), 0),
    coalesce(sum(d.treatment_clipped) filter (where d.paired), 0),
    coalesce(sum(d.treatment_clipped - d.control_clipped) filter (where d.paired), 0),
    coalesce(sum(d.control_raw) filter (where d.paired), 0),
    coalesce(sum(d.treatment_raw) filter (where d.paired), 0),
    coalesce(sum(d.treatment_raw - d.control_raw) filter (where d.paired), 0),
    count(*) filter (where d.paired and not d.actions_match and (d.treatment_position - d.control_position) * d.value > 0),
    count(*) filter (where d.paired and not d.actions_match and (d.treatment_position - d.control_position) * d.value < 0),
    count(*) filter (where d.of_control),
    count(d.value) filter (where d.of_control),
    coalesce(sum(case when d.shadow then d.control_raw else d.own_raw end) filter (where d.of_control), 0),
    count(d.value) filter (where d.of_control and d.control_position <> 0),
    count(*) filter (where d.of_control and d.control_position * d.value > 0),
    count(*) filter (where d.of_treatment),
    count(d.value) filter (where d.of_treatment),
    coalesce(sum(case when d.shadow then d.treatment_raw else d.own_raw end) filter (where d.of_treatment), 0),
    count(d.value) filter (where d.of_treatment and d.treatment_position <> 0),
    count(*) filter (where d.of_treatment and d.treatment_position * d.value > 0),
    null::bigint
from (
    select
        e.*,
        date_bin(block, e.time, '1970-01-01 00:00:00+00') as start,
        e.assigned_group = 'shadow' as shadow,
        e.assigned_group = 'control' and e.own is not null or e.assigned_group = 'shadow' and e.paired as of_control,
        e.assigned_group = 'treatment' and e.own is not null or e.assigned_group = 'shadow' and e.paired as of_treatment
    from unnest(earnings) as e
    where e.expected
) as d
group by d.start, d.generation
$$;

-- Adds up the next decisions of a block that is over, at most max_decisions, and closes the block when it has all of them. Returns 0
-- when nothing is due. A few seconds after the end and the horizon, so that what is on its way is in. Of blocks of several versions that
-- begin at one time, those without a digest are closed last: where such versions count as others, theirs come too late.
create function ab_test_close_outcomes(max_decisions integer default 20000, as_of timestamptz default now()) returns bigint
language plpgsql as $$
declare
    s        ab_test_outcome_series;
    plan     jsonb;
    block    interval;
    horizon  interval;
    begins   timestamptz;
    earnings ab_test_outcome_earning[];
begin
    select x.* into s
    from ab_test_outcome_series as x
    join ab_test_outcome_plans as p on p.test_id = x.test_id and p.generation = x.since
    cross join lateral ab_test_next_outcome_block(x, ab_test_length(p.plan ->> 'block')) as next (start)
    where next.start + ab_test_length(p.plan ->> 'block') + ab_test_length(p.plan ->> 'horizon') + interval '5 seconds' <= as_of
    order by next.start, x.test_id, x.since, x.control_digest desc, x.treatment_digest desc
    limit 1;
    if not found then
        return 0;
    end if;

    -- another leader may have gone on meanwhile
    select x.* into s
    from ab_test_outcome_series as x
    where (x.test_id, x.since, x.control_digest, x.treatment_digest) = (s.test_id, s.since, s.control_digest, s.treatment_digest)
    for update;
    plan := ab_test_outcome_plan_of(s);
    block := ab_test_length(plan ->> 'block');
    horizon := ab_test_length(plan ->> 'horizon');
    begins := ab_test_next_outcome_block(s, block);
    if begins is null or begins + block + horizon + interval '5 seconds' > as_of then
        return 0;
    end if;

    select array_agg(e) into earnings from ab_test_outcome_earnings(s, plan, begins, begins + block, max_decisions) as e;

    insert into ab_test_outcome_blocks as kept
    select * from ab_test_outcome_sums(earnings, s, block)
    on conflict (test_id, since, control_digest, treatment_digest, start, generation) do update set
            agreeing = kept.agreeing + excluded.agreeing,
            agreeing_known = kept.agreeing_known + excluded.agreeing_known,
            disagreeing = kept.disagreeing + excluded.disagreeing,
            disagreeing_known = kept.disagreeing_known + excluded.disagreeing_known,
            clipped_control = kept.clipped_control + excluded.clipped_control,
            clipped_treatment = kept.clipped_treatment + excluded.clipped_treatment,
            clipped_difference = kept.clipped_difference + excluded.clipped_difference,
            raw_control = kept.raw_control + excluded.raw_control,
            raw_treatment = kept.raw_treatment + excluded.raw_treatment,
            raw_difference = kept.raw_difference + excluded.raw_difference,
            wins = kept.wins + excluded.wins,
            losses = kept.losses + excluded.losses,
            control_arm = kept.control_arm + excluded.control_arm,
            control_arm_known = kept.control_arm_known + excluded.control_arm_known,
            control_arm_earned = kept.control_arm_earned + excluded.control_arm_earned,
            control_arm_bets = kept.control_arm_bets + excluded.control_arm_bets,
            control_arm_hits = kept.control_arm_hits + excluded.control_arm_hits,
            treatment_arm = kept.treatment_arm + excluded.treatment_arm,
            treatment_arm_known = kept.treatment_arm_known + excluded.treatment_arm_known,
            treatment_arm_earned = kept.treatment_arm_earned + excluded.treatment_arm_earned,
            treatment_arm_bets = kept.treatment_arm_bets + excluded.treatment_arm_bets,
            treatment_arm_hits = kept.treatment_arm_hits + excluded.treatment_arm_hits;

    insert into ab_test_outcome_symbols as kept
        (test_id, since, control_digest, treatment_digest, start, generation, symbol, position_delta, absolute_value, known)
    select
        s.test_id, s.since, s.control_digest, s.treatment_digest, begins, e.generation, e.symbol,
        sum(e.treatment_position - e.control_position), coalesce(sum(abs(e.clipped)), 0), count(e.value)
    from unnest(earnings) as e
    where e.paired and e.expected
    group by e.generation, e.symbol
    on conflict (test_id, since, control_digest, treatment_digest, start, generation, symbol) do update set
        position_delta = kept.position_delta + excluded.position_delta,
        absolute_value = kept.absolute_value + excluded.absolute_value,
        known = kept.known + excluded.known;

    insert into ab_test_outcome_positions as kept (
        test_id, since, control_digest, treatment_digest, unit_id, symbol, pair_control, pair_treatment, control_arm,
        treatment_arm, moved_at
    )
    select
        s.test_id, s.since, s.control_digest, s.treatment_digest, e.unit_id, e.symbol,
        (array_agg(e.control_position order by e.time desc, e.row_id desc) filter (where e.paired))[1],
        (array_agg(e.treatment_position order by e.time desc, e.row_id desc) filter (where e.paired))[1],
        (array_agg(e.own order by e.time desc, e.row_id desc) filter (where e.assigned_group = 'control' and e.own is not null))[1],
        (array_agg(e.own order by e.time desc, e.row_id desc) filter (where e.assigned_group = 'treatment' and e.own is not null))[1],
        max(e.time)
    from unnest(earnings) as e
    where e.unit_id is not null
    group by e.unit_id, e.symbol
    on conflict (test_id, since, control_digest, treatment_digest, unit_id, symbol) do update set
        pair_control = coalesce(excluded.pair_control, kept.pair_control),
        pair_treatment = coalesce(excluded.pair_treatment, kept.pair_treatment),
        control_arm = coalesce(excluded.control_arm, kept.control_arm),
        treatment_arm = coalesce(excluded.treatment_arm, kept.treatment_arm),
        moved_at = greatest(excluded.moved_at, kept.moved_at);

    if cardinality(earnings) = max_decisions then
        update ab_test_outcome_series as x
        set (cursor_time, cursor_row) = (
            select e.time, e.row_id from unnest(earnings) as e order by e.time desc, e.row_id desc limit 1)
        where (x.test_id, x.since, x.control_digest, x.treatment_digest)
            = (s.test_id, s.since, s.control_digest, s.treatment_digest);
    else
        perform ab_test_close_outcome_block(s, begins, block, horizon);
    end if;
    return greatest(cardinality(earnings), 1);
end;
$$;

-- The scale of a block comes from its positions and from values of before. What it teaches about values is for later ones. The row of the
-- plan is locked until the transaction ends, so a number is seen only after all smaller ones.
create function ab_test_close_outcome_block(
    s ab_test_outcome_series, begins timestamptz, block interval, horizon interval
) returns void language plpgsql as $$
declare
    earlier timestamptz := begins - block * greatest(1, ceil(extract(epoch from horizon) / extract(epoch from block)));
    number  bigint;
begin
    update ab_test_outcome_plans as p
    set closings = p.closings + 1
    where p.test_id = s.test_id and p.generation = s.since
    returning p.closings into number;

    update ab_test_outcome_blocks as b
    set closed_at = clock_timestamp(), closing = number, scale = coalesce((
        with deltas as (
            select
                y.position_delta / nullif(b.agreeing + b.disagreeing, 0) as delta,
                (select v.average * 1.2533
                 from ab_test_outcome_volatility as v
                 where (v.test_id, v.since, v.control_digest, v.treatment_digest, v.symbol)
                         = (y.test_id, y.since, y.control_digest, y.treatment_digest, y.symbol)
                     and v.start <= earlier
                 order by v.start desc
                 limit 1) as sigma
            from ab_test_outcome_symbols as y
            where (y.test_id, y.since, y.control_digest, y.treatment_digest, y.start, y.generation)
                = (b.test_id, b.since, b.control_digest, b.treatment_digest, b.start, b.generation)
        ), filled as (
            select delta, coalesce(sigma, avg(sigma) over ()) as sigma from deltas
        )
        select sqrt(0.5 * sum(delta * delta * sigma * sigma) + 0.5 * sum(delta * sigma) * sum(delta * sigma)) from filled
    ), 0)
    where (b.test_id, b.since, b.control_digest, b.treatment_digest, b.start)
        = (s.test_id, s.since, s.control_digest, s.treatment_digest, begins);

    insert into ab_test_outcome_volatility (test_id, since, control_digest, treatment_digest, symbol, start, average)
    select
        s.test_id, s.since, s.control_digest, s.treatment_digest, y.symbol, begins,
        coalesce(0.94 * before.average + 0.06 * sum(y.absolute_value) / sum(y.known), sum(y.absolute_value) / sum(y.known))
    from ab_test_outcome_symbols as y
    left join lateral (
        select v.average
        from ab_test_outcome_volatility as v
        where (v.test_id, v.since, v.control_digest, v.treatment_digest, v.symbol)
            = (y.test_id, y.since, y.control_digest, y.treatment_digest, y.symbol)
        order by v.start desc
        limit 1
    ) as before on true
    where (y.test_id, y.since, y.control_digest, y.treatment_digest, y.start)
        = (s.test_id, s.since, s.control_digest, s.treatment_digest, begins)
    group by y.symbol, before.average
    having sum(y.known) > 0;

    delete from ab_test_outcome_volatility as v
    where (v.test_id, v.since, v.control_digest, v.treatment_digest) = (s.test_id, s.since, s.control_digest, s.treatment_digest)
        and exists (
            select
            from ab_test_outcome_volatility as newer
            where (newer.test_id, newer.since, newer.control_digest, newer.treatment_digest, newer.symbol)
                    = (v.test_id, v.since, v.control_digest, v.treatment_digest, v.symbol)
                and newer.start > v.start and newer.start <= earlier);

    delete from ab_test_outcome_symbols as y
    where (y.test_id, y.since, y.control_digest, y.treatment_digest, y.start)
        = (s.test_id, s.since, s.control_digest, s.treatment_digest, begins);

    update ab_test_outcome_series as x
    set closed_until = begins + block, cursor_time = begins + block, cursor_row = '00000000-0000-0000-0000-000000000000'
    where (x.test_id, x.since, x.control_digest, x.treatment_digest)
        = (s.test_id, s.since, s.control_digest, s.treatment_digest);
end;
$$;

-- Decisions whose blocks are closed, by their age: those of the last time tell how many outcomes came late. And the counts of what came
-- late, and the last positions of units that have been idle for longer. The next decision of a unit is added up when its block has ended and
-- the horizon is over, so a position stays for a block and the horizon in addition.
create function purge_ab_test_outcome_decisions(older_than interval, max_rows integer default 50000) returns bigint
language plpgsql as $$
declare
    deleted bigint;
begin
    delete from ab_test_outcome_decisions
    where ctid = any (array(
        select d.ctid
        from ab_test_outcome_series as x
        join ab_test_outcome_decisions as d
            on (d.test_id, d.since, d.control_digest, d.treatment_digest)
                = (x.test_id, x.since, x.control_digest, x.treatment_digest)
        where d.time < x.closed_until and d.time < now() - older_than
        limit max_rows));
    get diagnostics deleted = row_count;
    if deleted = 0 then
        delete from ab_test_outcome_positions
        where ctid = any (array(
            select p.ctid
            from ab_test_outcome_plans as q
            join ab_test_outcome_positions as p on p.test_id = q.test_id and p.since = q.generation
            where p.moved_at
                < now() - older_than - ab_test_length(q.plan ->> 'block') - ab_test_length(q.plan ->> 'horizon')
            limit max_rows));
        get diagnostics deleted = row_count;
        if deleted = 0 then
            delete from ab_test_outcome_late
            where ctid = any (array(
                select l.ctid from ab_test_outcome_late as l where l.start < now() - older_than limit max_rows));
            get diagnostics deleted = row_count;
        end if;
    end if;
    return deleted;
end;
$$;

-- The blocks of the next closings after a number, at most so many closings. A block has a row for each generation.
create function ab_test_outcome_evidence(p_test_id varchar, p_since bigint, p_after bigint, p_most bigint)
returns table (
    closing bigint, generation bigint, control_digest varchar, treatment_digest varchar, control_version text,
    treatment_version text, start timestamptz, closed_at timestamptz, scale double precision,
    agreeing bigint, agreeing_known bigint, disagreeing bigint, disagreeing_known bigint,
    control_arm bigint, control_arm_known bigint, treatment_arm bigint, treatment_arm_known bigint,
    clipped_control double precision, clipped_treatment double precision, clipped_difference double precision,
    raw_control double precision, raw_treatment double precision, raw_difference double precision, wins bigint, losses bigint
) language sql stable as $$
select
    b.closing, b.generation, b.control_digest, b.treatment_digest, s.control_version, s.treatment_version, b.start, b.closed_at,
    b.scale, b.agreeing, b.agreeing_known, b.disagreeing, b.disagreeing_known,
    b.control_arm, b.control_arm_known, b.treatment_arm, b.treatment_arm_known, b.clipped_control, b.clipped_treatment,
    b.clipped_difference, b.raw_control, b.raw_treatment, b.raw_difference, b.wins, b.losses
from ab_test_outcome_blocks as b
join ab_test_outcome_series as s
    on (s.test_id, s.since, s.control_digest, s.treatment_digest) = (b.test_id, b.since, b.control_digest, b.treatment_digest)
where b.test_id = p_test_id and b.since = p_since and b.closing > p_after and b.closing <= p_after + p_most
order by b.closing, b.generation
$$;

-- Blocks in a window by where they begin, closed or not, of the evidence that the present plan goes on with. Of what is not added up
-- yet the next 10,000 decisions of each series count as outcomes are known now, so that a look at a large block stays short.
create function ab_test_outcome_window(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns setof ab_test_outcome_blocks language sql stable as $$
with series as (
    select x as s, ab_test_outcome_plan_of(x) as plan, ab_test_length(p.plan ->> 'block') as block
    from ab_test_outcome_series as x
    join ab_test_outcome_plans as p on p.test_id = x.test_id and p.generation = x.since
    where x.test_id = p_test_id
        and x.since = (
            select p.since from ab_test_outcome_plans as p where p.test_id = p_test_id order by p.generation desc limit 1)
)
select b.*
from series as x
join ab_test_outcome_blocks as b
    on (b.test_id, b.since, b.control_digest, b.treatment_digest)
        = ((x.s).test_id, (x.s).since, (x.s).control_digest, (x.s).treatment_digest)
where b.start + x.block > p_from and b.start < p_to
union all
select o.*
from series as x
cross join lateral (
    select array_agg(e) as earnings
    from ab_test_outcome_earnings(x.s, x.plan, greatest((x.s).closed_until, p_from - x.block), p_to, 10000) as e
) as open
cross join lateral ab_test_outcome_sums(open.earnings, x.s, x.block) as o
where o.start + x.block > p_from
$$;

-- What closed blocks would be as outcomes are known now, with what came after their closing: for looking at. The positions are followed
-- from one block earlier on, so that of a unit that was idle in it is taken to be its last one. A series with the
-- given number of decisions or more, in the block and the one before, has no row.
create function ab_test_outcome_now(p_test_id varchar, p_starts timestamptz[], most integer)
returns setof ab_test_outcome_blocks language sql stable as $$
with series as (
    select x as s, ab_test_outcome_plan_of(x) as plan, ab_test_length(p.plan ->> 'block') as block
    from ab_test_outcome_series as x
    join ab_test_outcome_plans as p on p.test_id = x.test_id and p.generation = x.since
    where x.test_id = p_test_id
        and x.since = (
            select p.since from ab_test_outcome_plans as p where p.test_id = p_test_id order by p.generation desc limit 1)
), from_the_beginning as (
    select jsonb_populate_record(x.s, '{"cursor_time": "-infinity"}') as s, x.plan, x.block, b.start
    from series as x
    cross join unnest(p_starts) as b (start)
    where (x.s).closed_until > b.start
)
select o.*
from from_the_beginning as x
cross join lateral (
    select array_agg(e) filter (where e.time >= x.start) as earnings, count(*) as count
    from ab_test_outcome_earnings(x.s, x.plan, x.start - x.block, x.start + x.block, most) as e
) as known
cross join lateral ab_test_outcome_sums(known.earnings, x.s, x.block) as o
where known.count < most
$$;

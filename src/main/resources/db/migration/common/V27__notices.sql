-- Notices: each sealed event of the audit trail, once for each destination that replicas are configured with. They are written in the
-- transaction of the event, in the order of the chain, and stay until they are delivered or given up. docs/notices.md describes them.

-- A row is here as long as replicas say that they have the destination; a new one begins with the next event. results: it gets rows of
-- ab_test_results instead. paused_until: the receiver asked for so much time. claimed_by, claimed_until: of one that gets results, the
-- replica that sends them.
create table ab_notice_destinations (
    destination   varchar(40) primary key,
    results       boolean     not null default false,
    since         timestamptz not null default now(),
    seen_at       timestamptz not null default now(),
    paused_until  timestamptz not null default '-infinity',
    claimed_by    uuid,
    claimed_until timestamptz not null default '-infinity'
);

-- claimed_until: a replica sends it at the moment; should it die, another does so after that time. dead_at: it was given up. Without a
-- reference to the event, so that the trail can be restored and purged as before; what has lost its event goes in ab_notice_seen.
create table ab_notices (
    destination   varchar(40)  not null references ab_notice_destinations on delete cascade,
    position      bigint       not null,
    event_id      bigint       not null,
    test_id       varchar(100) not null,
    queued_at     timestamptz  not null default now(),
    attempts      integer      not null default 0,
    due_at        timestamptz  not null default '-infinity',
    claimed_until timestamptz  not null default '-infinity',
    dead_at       timestamptz,
    problem       varchar(500),
    primary key (destination, position)
);

create index ab_notices_of_test on ab_notices (destination, test_id, position) where dead_at is null;

-- A destination that no replica has had for a day is no longer configured, and gets no further notices.
create function ab_notice_enqueue() returns trigger language plpgsql as $$
begin
    insert into ab_notices (destination, position, event_id, test_id)
        select destination, new.chain_position, new.event_id, new.test_id
        from ab_notice_destinations where not results and seen_at > now() - interval '1 day'
        -- only if the chain was set back by hand; a change must not fail for it
        on conflict (destination, position) do update
            set event_id = excluded.event_id, test_id = excluded.test_id, queued_at = now(), attempts = 0,
                due_at = '-infinity', claimed_until = '-infinity', dead_at = null, problem = null;
    return null;
end;
$$;

-- The seal is the last that a transaction does, and gives the place in the chain: so notices are in the order in which changes became
-- visible. An event that the service did not write gets no seal and no notice.
create trigger ab_test_events_noticed
    after update of chain_position on ab_test_events
    for each row when (old.chain_position is null and new.chain_position is not null)
    execute function ab_notice_enqueue();

-- Rows of results that are still to be sent; what they hold is read when they are. Without a reference to the destination, whose lock
-- all that store results would have to share.
create table ab_notice_results (
    destination varchar(40) not null,
    number      bigint      generated always as identity,
    time        timestamptz not null,
    row_id      uuid        not null,
    primary key (destination, number)
);

-- Rows are booked as before, and put into the outbox in the statement that stores them.
alter function ab_test_book(ab_test_results[]) rename to ab_test_book_evidence;

create function ab_test_book(stored ab_test_results[]) returns bigint language plpgsql as $$
declare
    booked bigint := ab_test_book_evidence(stored);
begin
    if exists (select from ab_notice_destinations where results) then
        insert into ab_notice_results (destination, time, row_id)
            select d.destination, r.time, r.row_id
            from ab_notice_destinations d cross join unnest(stored) as r
            where d.results and d.seen_at > now() - interval '1 day'
            order by r.row_id;
    end if;
    return booked;
end;
$$;

-- A replica says what it is configured with: destinations of events and of results. What no replica has had for a month goes, with all
-- that waits for it, and so do notices of events that the retention has removed.
create function ab_notice_seen(p_events text[], p_results text[]) returns void language plpgsql as $$
begin
    with gone as (
        delete from ab_notice_destinations
            where seen_at < now() - interval '30 days' and not destination = any (p_events || p_results)
            returning destination)
    delete from ab_notice_results n using gone where n.destination = gone.destination;
    delete from ab_notices n where not exists (select from ab_test_events e where e.event_id = n.event_id);
    insert into ab_notice_destinations (destination, results)
        select name, name = any (p_results) from unnest(p_events || p_results) as name order by name
        on conflict (destination) do update set seen_at = now();
end;
$$;

-- Sends what was given up once more, before what waits of the same tests. Returns how many these are.
create function ab_notice_resend(p_destination text) returns bigint language plpgsql as $$
declare
    again bigint;
begin
    update ab_notices
        set dead_at = null, attempts = 0, due_at = '-infinity', claimed_until = '-infinity'
        where destination = p_destination and dead_at is not null;
    get diagnostics again = row_count;
    return again;
end;
$$;

-- How each destination stands. Of results, of which there may be very many, the first and the last say about how many wait; their age is
-- that of the prediction.
create view ab_notice_standings as
select
    d.destination,
    d.since,
    d.seen_at,
    nullif(d.paused_until, '-infinity') as paused_until,
    count(n.position) filter (where n.dead_at is null)
        + (select coalesce(max(r.number) - min(r.number) + 1, 0) from ab_notice_results r
            where r.destination = d.destination) as waiting,
    count(n.position) filter (where n.dead_at is not null) as dead,
    coalesce(
        extract(epoch from now() - least(
            min(n.queued_at) filter (where n.dead_at is null),
            (select r.time from ab_notice_results r where r.destination = d.destination order by r.number limit 1))),
        0)::double precision as lag_seconds,
    (array_agg(n.problem order by n.position) filter (where n.dead_at is null and n.problem is not null))[1] as problem
from ab_notice_destinations d
left join ab_notices n on n.destination = d.destination
group by d.destination, d.since, d.seen_at, d.paused_until;

-- Every event of the audit trail is sealed: its hash covers its content and the hash of the event before it. docs/database.md has
-- the rules. The hash needs no key, so it shows a change to those who have kept a hash elsewhere.

create table ab_audit_chain (
    only_row     boolean     primary key default true,
    position     bigint      not null default 0,
    event_id     bigint      not null default 0,
    head         varchar(64) not null default repeat('0', 64),
    removed      bigint      not null default 0,
    removed_hash varchar(64) not null default repeat('0', 64),
    constraint ab_audit_chain_has_one_row check (only_row)
);

insert into ab_audit_chain default values;

alter table ab_test_events
    add column chain_position bigint,
    add column previous_hash  varchar(64),
    add column hash           varchar(64);

-- A replica of an earlier release does not ask for a seal.
alter table ab_replicas add column seals_events boolean not null default false;

-- The canonical JSON of an event. A later column is added only where it is not null, so that older seals stay valid.
create function ab_audit_json(p_event ab_test_events) returns text language sql stable as $$
    select jsonb_build_object(
        'position', p_event.chain_position,
        'event_id', p_event.event_id,
        'time', to_char(p_event.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'test_id', p_event.test_id,
        'actor', p_event.actor,
        'action', p_event.action,
        'from', p_event.from_state,
        'to', p_event.to_state,
        'generation', p_event.generation,
        'reason', p_event.reason,
        'evidence', p_event.evidence)::text
$$;

create function ab_audit_hash(p_previous text, p_json text) returns text language sql immutable as $$
    select encode(sha256(convert_to(p_previous || p_json, 'UTF8')), 'hex')
$$;

-- Seals the events that are there, in the order of their ids.
do $$
declare
    chain ab_audit_chain;
    event ab_test_events;
begin
    select * into chain from ab_audit_chain;
    for event in select * from ab_test_events order by event_id loop
        event.chain_position := chain.position + 1;
        event.previous_hash := chain.head;
        event.hash := ab_audit_hash(chain.head, ab_audit_json(event));
        update ab_test_events
            set chain_position = event.chain_position, previous_hash = event.previous_hash, hash = event.hash
            where event_id = event.event_id;
        chain.position := event.chain_position;
        chain.event_id := event.event_id;
        chain.head := event.hash;
    end loop;
    update ab_audit_chain set position = chain.position, event_id = chain.event_id, head = chain.head;
end;
$$;

create unique index ab_test_events_chain on ab_test_events (chain_position);
create index ab_test_events_unsealed on ab_test_events (event_id) where chain_position is null;

-- Seals an event at the end of its transaction. The lock on the row of ab_audit_chain is thus the last lock that a transaction
-- takes: transactions are sealed one after the other, in the order in which they become visible, and do not deadlock. An
-- event without the mark '' in its hash was written by another than the service and stays unsealed, unless a replica of an
-- earlier release runs (its row goes when it ends, or an hour after its last heartbeat). If the row of ab_audit_chain is missing, changes go on without a seal, and the verification says so.
create function ab_audit_seal() returns trigger language plpgsql as $$
declare
    chain ab_audit_chain;
    event ab_test_events;
begin
    if new.hash is null and not exists (select from ab_replicas where not seals_events) then
        return null;
    end if;
    select * into chain from ab_audit_chain for update;
    if not found then
        return null;
    end if;
    select * into event from ab_test_events where event_id = new.event_id;
    if not found then
        return null;
    end if;
    event.chain_position := chain.position + 1;
    event.previous_hash := chain.head;
    event.hash := ab_audit_hash(chain.head, ab_audit_json(event));
    update ab_test_events
        set chain_position = event.chain_position, previous_hash = event.previous_hash, hash = event.hash
        where event_id = event.event_id;
    update ab_audit_chain set position = event.chain_position, event_id = event.event_id, head = event.hash;
    return null;
end;
$$;

create constraint trigger ab_test_events_sealed
    after insert on ab_test_events
    deferrable initially deferred
    for each row when (new.hash is null or new.hash = '')
    execute function ab_audit_seal();

-- Compares the events at the positions after p_after, up to p_to, with their seals. p_hash is the hash at p_after.
create function ab_audit_walk(p_after bigint, p_hash text, p_to bigint)
    returns table (events bigint, last_position bigint, last_hash text, first_broken bigint, detail text)
    language sql stable as $$
    with walked as (
        select e.event_id, e.chain_position, e.hash,
            case
                when e.chain_position <> lag(e.chain_position, 1, p_after) over w + 1 then
                    'what was at the positions ' || lag(e.chain_position, 1, p_after) over w + 1 || ' to '
                    || e.chain_position - 1 || ' before it is missing'
                when e.previous_hash is distinct from lag(e.hash, 1, p_hash) over w then
                    'its previous_hash is not the hash of the event before it'
                when e.hash is distinct from ab_audit_hash(e.previous_hash, ab_audit_json(e)) then
                    'it is not what was sealed'
            end as wrong
        from ab_test_events e
        where e.chain_position > p_after and e.chain_position <= p_to
        window w as (order by e.chain_position)
    )
    select count(*),
        coalesce(max(chain_position), p_after),
        coalesce((array_agg(hash order by chain_position desc))[1], p_hash),
        (array_agg(event_id order by chain_position) filter (where wrong is not null))[1],
        (array_agg(wrong order by chain_position) filter (where wrong is not null))[1]
    from walked
$$;

-- What the positions do not show: events without a seal, and an end that is not where the service left it. p_last and p_hash are
-- the last event that was found.
create function ab_audit_ends(p_last bigint, p_hash text) returns table (first_broken bigint, detail text)
    language sql stable as $$
    select event_id, detail from (
        (select 1 as place, 0::bigint as event_id,
                'the row of ab_audit_chain is missing, which has the position and the hash of the newest event' as detail
            where not exists (select from ab_audit_chain))
        union all
        (select 2, event_id, 'it is not in the chain: it was not the service that wrote it'
            from ab_test_events
            where chain_position is null or chain_position <= (select removed from ab_audit_chain)
            order by event_id limit 1)
        union all
        (select 3, event_id, case
                when position > p_last then 'what was at the positions ' || p_last + 1 || ' to ' || position || ' is missing'
                else 'the newest event is not the one that the service sealed last' end
            from ab_audit_chain where position <> p_last or head <> p_hash)
    ) found order by place limit 1
$$;

-- The whole trail in one snapshot. The service does the same in parts.
create function ab_audit_verify()
    returns table (intact boolean, events bigint, removed bigint, head text, first_broken bigint, detail text)
    language sql stable as $$
    select coalesce(w.first_broken, e.first_broken) is null, w.events, coalesce(c.removed, 0), coalesce(c.head, w.last_hash),
        coalesce(w.first_broken, e.first_broken), case when w.first_broken is null then e.detail else w.detail end
    from (select 1) one
        left join ab_audit_chain c on true
        cross join lateral ab_audit_walk(
            coalesce(c.removed, 0), coalesce(c.removed_hash, repeat('0', 64)), 9223372036854775807) w
        left join lateral ab_audit_ends(w.last_position, w.last_hash) e on true
$$;

-- Removes the oldest events, without a gap, and never the newest one. The chain then begins after the last that was removed.
create function purge_ab_audit(p_older_than interval, p_max bigint default 10000) returns bigint language plpgsql as $$
declare
    chain ab_audit_chain;
    kept bigint;
    last ab_test_events;
    gone bigint;
begin
    select * into chain from ab_audit_chain for update;
    select min(chain_position) into kept from ab_test_events
        where chain_position > chain.removed and (time >= now() - p_older_than or chain_position >= chain.position);
    select * into last from ab_test_events
        where chain_position > chain.removed and chain_position <= chain.removed + p_max and chain_position < kept
        order by chain_position desc limit 1;
    if not found then
        return 0;
    end if;
    delete from ab_test_events where chain_position > chain.removed and chain_position <= last.chain_position;
    get diagnostics gone = row_count;
    update ab_audit_chain set removed = last.chain_position, removed_hash = last.hash;
    return gone;
end;
$$;

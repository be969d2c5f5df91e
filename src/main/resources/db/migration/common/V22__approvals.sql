-- Four eyes: what one person asked for and another has to approve. docs/database.md describes the table.

-- Null of a test from before: the setting of the service applies to it.
alter table ab_test_configs add column four_eyes boolean;

alter table ab_model_promotions add column approved_by varchar(100);

alter table ab_test_events
    add column approved_by varchar(100),
    add column approval_id uuid;

create table ab_approvals (
    approval_id  uuid         primary key default gen_random_uuid(),
    what         varchar(50)  not null,
    test_id      varchar(100) not null,
    generation   bigint       not null,
    arguments    jsonb        not null,
    content_hash varchar(64)  not null,
    requested_by varchar(100) not null,
    requested_at timestamptz  not null default now(),
    expires_at   timestamptz  not null,
    state        varchar(20)  not null default 'pending'
        constraint ab_approvals_state check (state in ('pending', 'approved', 'rejected', 'stale', 'expired')),
    decided_by   varchar(100),
    decided_at   timestamptz,
    reason       varchar(500),
    report       json         not null
);

-- So at most one of each kind waits for each test.
create unique index ab_approvals_pending on ab_approvals (test_id, what) where state = 'pending';
create index ab_approvals_newest on ab_approvals (requested_at desc, approval_id desc);

-- The canonical JSON of an event: columns that came later are members only where they are not null.
create or replace function ab_audit_json(p_event ab_test_events) returns text language sql stable as $$
    select (jsonb_build_object(
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
        'evidence', p_event.evidence)
        || jsonb_strip_nulls(jsonb_build_object(
            'approved_by', p_event.approved_by,
            'approval_id', p_event.approval_id)))::text
$$;

-- The hash of all that an approval is about: what is to be done, and the test, its ramp, the promotion and the versions of the
-- models as they are now. Null if there is no such test.
create function ab_approval_content(p_test_id varchar, p_what varchar, p_arguments jsonb) returns text
    language sql stable as $$
    select encode(sha256(convert_to(jsonb_strip_nulls(jsonb_build_object(
        'what', p_what,
        'arguments', p_arguments,
        'test', to_jsonb(c) - 'created_at' - 'updated_at' - 'deleted_at',
        'deleted', c.deleted_at is not null,
        'ramp', (select jsonb_build_object('plan', r.plan, 'state', r.state)
            from ab_test_ramps r where r.test_id = c.test_id),
        'promotion', (select jsonb_build_object(
                'serves', p.serves, 'test_id', p.test_id, 'since', extract(epoch from p.promoted_at))
            from ab_model_promotions p where p.model = c.control_model),
        'versions', ab_test_versions(to_jsonb(c))))::text, 'UTF8')), 'hex')
        from ab_test_configs c where c.test_id = p_test_id
$$;

-- Ends the approvals that wait although their time is over, or although something has changed since they were asked for.
create function settle_ab_approvals() returns void language plpgsql as $$
begin
    if not exists (select from ab_approvals where state = 'pending') then
        return;
    end if;
    with settled as (
        update ab_approvals a
            set state = case when expires_at <= now() then 'expired' else 'stale' end, decided_at = now()
            where state = 'pending' and (expires_at <= now()
                or content_hash is distinct from ab_approval_content(a.test_id, a.what, a.arguments))
            returning *)
    insert into ab_test_events (test_id, actor, action, generation, reason, approval_id, hash)
        select test_id, 'understudy', 'approval_' || state, generation,
            case state when 'expired' then 'its time was over before a decision: ' else 'something has changed since: ' end
                || what || ', asked for by ' || requested_by,
            approval_id, ''
        from settled order by requested_at;
end;
$$;

-- Removes what was decided longer ago than events are kept.
create function purge_ab_approvals(p_older_than interval, p_max bigint default 10000) returns bigint language sql as $$
    with gone as (
        delete from ab_approvals where approval_id in (
            select approval_id from ab_approvals
                where state <> 'pending' and decided_at < now() - p_older_than limit p_max)
            returning 1)
    select count(*) from gone
$$;

-- What the evaluations of each test found over its life, for readers: the leader adds a point when a state or the verdict changes, and
-- else now and then, and thins the older ones. Nothing is decided by them.

-- changed: whether the verdict, a state or the generation is another than in the point before
create table ab_test_history (
    test_id        varchar(100) not null,
    time           timestamptz  not null,
    generation     bigint       not null,
    verdict        varchar(50)  not null,
    reasons        jsonb        not null,
    guardrails     jsonb        not null,
    ramp_waits_for jsonb,
    changed        boolean      not null,
    primary key (test_id, time)
);

-- Removes the points of tests that were deleted so long ago.
create function purge_ab_test_history(p_older_than interval, p_max bigint default 10000) returns bigint language plpgsql as $$
declare
    gone bigint;
begin
    delete from ab_test_history where (test_id, time) in (
        select h.test_id, h.time
        from ab_test_configs c join ab_test_history h on h.test_id = c.test_id
        where c.deleted_at < now() - p_older_than
        limit p_max);
    get diagnostics gone = row_count;
    return gone;
end;
$$;

-- The version of the catalog that a replica has, so that readers can tell whether all have heard of a change. Null: a replica of an
-- earlier release.
alter table ab_replicas add column catalog_version bigint;

-- Which version of each model the replicas serve, the replicas that are alive, and the reloads that lead from one version to the
-- next. Whoever writes to the first two tables holds a lock on ab_model_reloads.

create table ab_model_versions (
    model     varchar(255) primary key,
    version   varchar(100),
    digest    varchar(64),
    since     timestamptz  not null,
    actor     varchar(100) not null,
    reload_id uuid,
    constraint ab_model_versions_whole check ((version is null) = (digest is null))
);

create table ab_model_reloads (
    reload_id  uuid         primary key,
    actor      varchar(100) not null,
    replica    varchar(300) not null,
    started_at timestamptz  not null,
    deadline   timestamptz  not null,
    state      varchar(20)  not null default 'loading',
    switch_at  timestamptz,
    detail     text,
    targets    jsonb        not null,
    progress   jsonb,
    constraint ab_model_reloads_state_known check (state in ('loading', 'switched', 'failed'))
);

-- one at a time
create unique index ab_model_reloads_one_loading on ab_model_reloads ((true)) where state = 'loading';
create index ab_model_reloads_by_start on ab_model_reloads (started_at);

-- Updated every second by each process: room for updates that touch no index.
create table ab_replicas (
    replica_id uuid         primary key,
    name       varchar(300) not null,
    started_at timestamptz  not null,
    heartbeat  timestamptz  not null,
    models     jsonb        not null
) with (fillfactor = 10);

-- A model's version as people read it, name@version#digest; null where none is known.
create function ab_model_version_text(p_model text) returns text language sql stable parallel safe as $$
    select model || '@' || version || '#' || left(digest, 12) from ab_model_versions where model = p_model
$$;

-- The versions in force of the two models of a test, given as its events have it. After a promotion another model answers for
-- control's name.
create function ab_test_versions(p_test jsonb) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'control_version', ab_model_version_text(coalesce(
            (select serves from ab_model_promotions where model = p_test ->> 'control_model'), p_test ->> 'control_model')),
        'treatment_version', ab_model_version_text(p_test ->> 'treatment_model'))
$$;

-- The catalog shows them.
create trigger ab_model_versions_changed
    after insert or update or delete or truncate on ab_model_versions
    for each statement execute function ab_catalog_changed();

-- The tables that both flavours share. Every column is explained in docs/database.md.

create table ab_test_configs (
    test_id               varchar(100)     primary key,
    mode                  varchar(50)      not null default 'traffic_split',
    control_model         varchar(255)     not null,
    treatment_model       varchar(255)     not null,
    traffic_split         double precision not null default 0.05,
    enabled               boolean          not null default true,
    created_at            timestamptz      not null default now(),
    description           text             not null default '',
    explicit              boolean          not null default false,
    generation            bigint           not null default 1,
    updated_at            timestamptz      not null default now(),
    deleted_at            timestamptz,
    control_deadline_ms   integer,
    treatment_deadline_ms integer,
    constraint ab_test_configs_mode_known check (mode in ('traffic_split', 'shadow', 'disabled')),
    constraint ab_test_configs_split_is_a_fraction check (traffic_split >= 0 and traffic_split <= 1),
    constraint ab_test_configs_generation_positive check (generation >= 1),
    constraint ab_test_configs_deadlines_positive check (control_deadline_ms > 0 and treatment_deadline_ms > 0)
);

-- A request that names no test must find at most one. The database holds it, because two replicas may create at once.
create unique index ab_test_configs_one_enabled_per_control
    on ab_test_configs (control_model)
    where enabled and not explicit and deleted_at is null;

create table ab_test_events (
    event_id   bigint       generated always as identity primary key,
    time       timestamptz  not null default now(),
    test_id    varchar(100) not null,
    actor      varchar(100) not null,
    action     varchar(50)  not null,
    from_state jsonb,
    to_state   jsonb,
    generation bigint       not null,
    reason     text
);

create index ab_test_events_by_test on ab_test_events (test_id, event_id desc);

create table ab_model_promotions (
    model       varchar(255) primary key,
    serves      varchar(255) not null,
    test_id     varchar(100) not null,
    promoted_at timestamptz  not null default now()
);

create table ab_catalog_version (
    only_row boolean primary key default true,
    version  bigint  not null,
    constraint ab_catalog_version_has_one_row check (only_row)
);

insert into ab_catalog_version (version) values (0);

-- The update takes the row's lock until the end of the transaction, so versions become visible in the order they count;
-- the notice is sent at commit and only then.
create function ab_catalog_changed() returns trigger language plpgsql as $$
declare
    current_version bigint;
begin
    update ab_catalog_version set version = version + 1 returning version into current_version;
    perform pg_notify('ab_test_changes', current_version::text);
    return null;
end;
$$;

create trigger ab_test_configs_changed
    after insert or update or delete or truncate on ab_test_configs
    for each statement execute function ab_catalog_changed();

create trigger ab_model_promotions_changed
    after insert or update or delete or truncate on ab_model_promotions
    for each statement execute function ab_catalog_changed();

-- time is part of the key because a hypertable's unique index must contain it. Answers carry no further checks: the
-- writer has to be able to store whatever was observed.
create table ab_test_results (
    time                    timestamptz      not null,
    test_id                 varchar(100)     not null,
    request_id              varchar(100)     not null,
    assigned_group          varchar(20)      not null,
    symbol                  varchar(20)      not null,
    control_action          varchar(10),
    control_confidence      double precision,
    control_latency_ms      double precision,
    treatment_action        varchar(10),
    treatment_confidence    double precision,
    treatment_latency_ms    double precision,
    actions_match           boolean,
    confidence_delta        double precision,
    latency_delta_ms        double precision,
    row_id                  uuid             not null,
    generation              bigint           not null,
    unit_id                 varchar(100),
    served_by               varchar(20),
    fallback                varchar(32),
    configured_split        double precision,
    control_model_version   varchar(100),
    treatment_model_version varchar(100),
    control_error           varchar(32),
    treatment_error         varchar(32),
    constraint ab_test_results_pkey primary key (row_id, time),
    constraint ab_test_results_group_known check (assigned_group in ('control', 'treatment', 'shadow'))
);

create index ab_test_results_by_test on ab_test_results (test_id, time desc);

create index ab_test_results_disagreements
    on ab_test_results (test_id, time desc, row_id desc)
    where assigned_group = 'shadow' and actions_match is false;

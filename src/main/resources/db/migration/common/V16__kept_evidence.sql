-- The largest evidence against each guardrail, and breaches that no person has cleared. A changed limit, another α and other
-- versions of the models have rows of their own, and begin anew.

create table ab_test_kept_evidence (
    test_id          varchar(100)     not null,
    guardrail        varchar(50)      not null,
    control_digest   varchar(64)      not null,
    treatment_digest varchar(64)      not null,
    guardrail_limit  double precision not null,
    alpha            double precision not null,
    log_e            double precision not null,
    cleared_log_e    double precision not null default 0,
    breached_at      timestamptz,
    callers_doing    boolean          not null default false,
    updated_at       timestamptz      not null default now(),
    primary key (test_id, guardrail, control_digest, treatment_digest, guardrail_limit, alpha)
);

-- Where the ramp of a test stands. Written only by whoever holds the lock of the test's row in ab_test_configs.

create table ab_test_ramps (
    test_id    varchar(100) primary key references ab_test_configs (test_id),
    plan       jsonb        not null,
    state      jsonb        not null,
    updated_at timestamptz  not null default now()
);

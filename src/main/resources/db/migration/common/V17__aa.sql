-- An A/A test compares a model with itself, under one name or two.
alter table ab_test_configs
    add column if not exists aa boolean not null default false;

-- Of a split's requests, the fraction that both models answer; which versions of its models a test is about, and what follows
-- when one of them changes. Tests from before get what a new test gets that names nothing.

alter table ab_test_configs
    add column pairs            double precision not null default 0.1,
    add column control_digest   varchar(64),
    add column treatment_digest varchar(64),
    add column on_model_change  varchar(20)      not null default 'pause',
    add constraint ab_test_configs_pairs_is_a_fraction check (pairs >= 0 and pairs <= 1),
    add constraint ab_test_configs_on_model_change_known check (on_model_change in ('pause', 'continue', 'roll_back'));

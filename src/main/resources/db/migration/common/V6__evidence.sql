-- Limits that a treatment must keep, and what an automatic decision rested on.

alter table ab_test_configs add column guardrails jsonb;
alter table ab_test_events add column evidence jsonb;

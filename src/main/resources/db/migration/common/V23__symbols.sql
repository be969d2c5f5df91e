-- The symbols that a test is for, as a JSON array of patterns; null means all.
alter table ab_test_configs add column symbols jsonb;

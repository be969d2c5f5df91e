-- The trace of a request that was sampled, by the id that W3C Trace Context gives it.
alter table ab_test_results add column if not exists trace_id varchar(32);

-- One standard for both models: whether control, which has more time, took longer than the treatment's deadline. A row of an earlier
-- release says nothing of that, which counts as in time.
alter table ab_test_results
    add column if not exists control_late   boolean,
    add column if not exists control_queued boolean;

-- No migration: Flyway runs this before each of them, in the transaction of all migrations of a start (docs/database.md).
--
-- Replicas of an earlier release read and write meanwhile. All that migrations may alter or drop is locked before the first of
-- them, all or nothing, because no order of the tables suits all: a query of a window takes the sums before the rows, and a batch
-- takes the rows before the sums, so one of the two would wait for a table held here and hold one that is waited for here.
-- Locks that do not come soon are all given back, and the next try waits a little longer, but at most half of deadlock_timeout,
-- all tables taken together: who waits for a table held here never waits so long that PostgreSQL looks for a deadlock and
-- breaks off a batch.
do $lock$
declare
    relations text[];
    locked    text;
    before    text := current_setting('lock_timeout');
    longest   double precision := (select 0.5 * setting::double precision from pg_settings where name = 'deadlock_timeout');
    patience  double precision := longest / 10;
    started   timestamptz;
begin
    -- this service's views, because one of the owner's may stand on what this user may not lock, then the tables; a table that is locked by this transaction says that all of them are
    select array_agg(oid::regclass::text order by relkind desc, relname) into relations
    from pg_class
    where relnamespace = current_schema()::regnamespace
        and relname like 'ab\_%'
        and (relkind in ('r', 'p') or relkind = 'v' and relname in (
            'ab_test_metrics_daily', 'ab_test_metrics_hourly', 'ab_test_latency_daily', 'ab_test_latency_hourly',
            'ab_test_control_latency_daily', 'ab_test_treatment_latency_daily', 'ab_test_control_latency_hourly',
            'ab_test_treatment_latency_hourly', 'ab_test_sums_hourly', 'ab_test_sums_hourly_old', 'ab_test_actions_hourly',
            'ab_test_evidence', 'ab_notice_standings'));
    if relations is null or exists (
        select from pg_locks
        where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' and relation = to_regclass('ab_test_results')) then
        return;
    end if;

    loop
        started := clock_timestamp();
        begin
            foreach locked in array relations loop
                perform set_config('lock_timeout', greatest(1, ceil(
                    patience - 1000 * extract(epoch from clock_timestamp() - started)))::integer || 'ms', true);
                execute 'lock table ' || locked || ' in access exclusive mode';
            end loop;
            exit;
        exception when lock_not_available or deadlock_detected then
            patience := least(patience * 1.25, longest);
        end;
        perform pg_sleep(random() / 5);
    end loop;
    perform set_config('lock_timeout', before, true);
end;
$lock$;

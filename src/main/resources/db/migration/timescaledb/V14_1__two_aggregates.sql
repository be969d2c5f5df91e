-- Windows are answered by the ledger, so of the continuous aggregates only the hourly and the daily figures stay. What stands on
-- another aggregate goes first.

do $others$
declare
    aggregate text;
begin
    drop view ab_test_latency_daily, ab_test_latency_hourly;
    foreach aggregate in array array[
        'ab_test_control_latency_daily', 'ab_test_treatment_latency_daily', 'ab_test_control_latency_hourly',
        'ab_test_treatment_latency_hourly', 'ab_test_actions_hourly', 'ab_test_sums_hourly', 'ab_test_sums_hourly_old'
    ] loop
        begin
            execute format('drop materialized view if exists %I', aggregate);
        exception when dependent_objects_still_exist then
            raise warning '% is kept, because something of yours depends on it, and is not refreshed any more', aggregate;
            perform remove_continuous_aggregate_policy(aggregate::regclass, if_exists => true);
        end;
    end loop;
end;
$others$;

-- PostgreSQL has eight background workers by default, and all jobs of a new database would begin at the same moment. They begin
-- a minute apart, the refreshes first.
select alter_job(job_id, fixed_schedule => true, initial_start => now() + place * interval '1 minute',
    next_start => now() + place * interval '1 minute')
from (
    select
        job_id,
        row_number() over (order by proc_name <> 'policy_refresh_continuous_aggregate', schedule_interval, job_id) as place
    from timescaledb_information.jobs
    where proc_name in ('policy_refresh_continuous_aggregate', 'policy_compression', 'policy_retention')
        and hypertable_schema in (current_schema(), '_timescaledb_internal')
) as staggered;

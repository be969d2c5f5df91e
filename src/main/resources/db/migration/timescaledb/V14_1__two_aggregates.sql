-- Windows are answered by the ledger, so of the continuous aggregates only the hourly and the daily figures stay. What stands on
-- another aggregate goes first.

do $others$
declare
    aggregate text;
begin
    foreach aggregate in array array[
        'ab_test_latency_daily', 'ab_test_latency_hourly', 'ab_test_control_latency_daily', 'ab_test_treatment_latency_daily',
        'ab_test_control_latency_hourly', 'ab_test_treatment_latency_hourly', 'ab_test_actions_hourly', 'ab_test_sums_hourly',
        'ab_test_sums_hourly_old'
    ] loop
        -- the search path has the schema of TimescaleDB's functions, too, where another installation may be
        if to_regclass(format('%I.%I', current_schema(), aggregate)) is null then
            continue;
        end if;
        begin
            execute format('drop %s %I.%I',
                case when aggregate in ('ab_test_latency_daily', 'ab_test_latency_hourly') then 'view' else 'materialized view' end,
                current_schema(), aggregate);
        exception when dependent_objects_still_exist then
            raise warning '% is kept, because something of yours depends on it, and is not refreshed any more', aggregate;
            if aggregate not in ('ab_test_latency_daily', 'ab_test_latency_hourly') then
                perform remove_continuous_aggregate_policy(aggregate::regclass, if_exists => true);
            end if;
        end;
    end loop;
end;
$others$;

-- PostgreSQL has eight background workers by default, and all jobs of a new database would begin at the same moment. Those of this
-- schema begin a minute apart, the refreshes first. A job of an aggregate names its view or the table behind it, by release.
select alter_job(job_id, fixed_schedule => true, initial_start => now() + place * interval '1 minute',
    next_start => now() + place * interval '1 minute')
from (
    select
        job_id,
        row_number() over (order by proc_name <> 'policy_refresh_continuous_aggregate', schedule_interval, job_id) as place
    from timescaledb_information.jobs
    where proc_name in ('policy_refresh_continuous_aggregate', 'policy_compression', 'policy_retention')
        and (hypertable_schema, hypertable_name) in (
            select current_schema(), 'ab_test_results'
            union all
            select place.* from timescaledb_information.continuous_aggregates as aggregate
            cross join lateral (values
                (aggregate.view_schema, aggregate.view_name),
                (aggregate.materialization_hypertable_schema, aggregate.materialization_hypertable_name)
            ) as place (schema, name)
            where aggregate.view_schema = current_schema()
                and aggregate.view_name in ('ab_test_metrics_hourly', 'ab_test_metrics_daily'))
) as staggered;

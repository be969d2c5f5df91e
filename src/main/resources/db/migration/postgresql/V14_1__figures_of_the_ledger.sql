-- The hourly and daily figures are sums over the ledger, so the rollups and the trigger that kept them go.

drop trigger ab_test_results_rolled_up on ab_test_results;
drop function ab_test_results_roll_up();

do $figures$
declare
    width   record;
    columns text;
begin
    -- all that the rollups held; the columns have the same names in the ledger
    select string_agg(
        format('coalesce(sum(%1$s), 0)::%2$s as %1$s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
    into columns
    from pg_attribute
    where attrelid = 'ab_test_sums_hourly'::regclass and attnum > 5 and not attisdropped;

    for width in select * from (values ('hourly', 'hour'), ('daily', 'ab_day(hour)')) as widths (name, start) loop
        execute format($view$
            create or replace view ab_test_metrics_%1$s as
            select
                sums.*,
                ab_mean(control_answers, control_confidence_sum) as avg_control_confidence,
                ab_stddev(control_answers, control_confidence_sum, control_confidence_sumsq) as stddev_control_confidence,
                ab_mean(control_answers, control_latency_sum) as avg_control_latency_ms,
                ab_stddev(control_answers, control_latency_sum, control_latency_sumsq) as stddev_control_latency_ms,
                ab_mean(treatment_answers, treatment_confidence_sum) as avg_treatment_confidence,
                ab_stddev(treatment_answers, treatment_confidence_sum, treatment_confidence_sumsq)
                    as stddev_treatment_confidence,
                ab_mean(treatment_answers, treatment_latency_sum) as avg_treatment_latency_ms,
                ab_stddev(treatment_answers, treatment_latency_sum, treatment_latency_sumsq) as stddev_treatment_latency_ms,
                ab_mean(pair_count, agree_count) as agreement_rate,
                ab_mean(pair_count, confidence_delta_sum) as avg_confidence_delta,
                ab_stddev(pair_count, confidence_delta_sum, confidence_delta_sumsq) as stddev_confidence_delta,
                ab_mean(pair_count, latency_delta_sum) as avg_latency_delta_ms,
                ab_stddev(pair_count, latency_delta_sum, latency_delta_sumsq) as stddev_latency_delta_ms
            from (
                select %2$s as bucket, test_id, min(first_time) as first_sample, max(last_time) as last_sample, %3$s
                from ab_test_account
                where block <> -3
                group by 1, 2
            ) as sums
        $view$, width.name, width.start, columns);
    end loop;
end;
$figures$;

-- What something of yours depends on is kept, and is not kept up any more.
do $rollups$
declare
    rollup text;
begin
    foreach rollup in array array[
        'ab_test_sums_hourly', 'ab_test_latency_hourly', 'ab_test_latency_daily', 'ab_test_actions_hourly'
    ] loop
        begin
            execute format('drop table %I', rollup);
        exception when dependent_objects_still_exist then
            raise warning '% is kept, because something of yours depends on it, and gets no new figures', rollup;
        end;
    end loop;
end;
$rollups$;

-- Retention on plain PostgreSQL: the service calls purge_ab_test_results on a schedule, again and again until it returns
-- 0. One call deletes at most max_rows rows, so that no transaction grows long. The rollups stay, as continuous aggregates
-- do.

-- Rows arrive roughly in the order of their time, so a block range index finds the oldest at almost no cost per insert.
create index ab_test_results_by_time on ab_test_results using brin (time) with (autosummarize = on);

create function purge_ab_test_results(older_than interval default interval '90 days', max_rows integer default 50000)
returns bigint language plpgsql as $$
declare
    deleted bigint;
begin
    delete from ab_test_results
    where ctid = any (array(select ctid from ab_test_results where time < now() - older_than limit max_rows));
    get diagnostics deleted = row_count;
    return deleted;
end;
$$;

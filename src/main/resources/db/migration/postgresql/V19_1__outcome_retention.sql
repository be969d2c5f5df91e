-- Removes old outcomes, at most max_rows a call; the service calls it until it returns 0.
create index ab_test_outcomes_by_time on ab_test_outcomes using brin (time) with (autosummarize = on);

create function purge_ab_test_outcomes(older_than interval, max_rows integer default 50000) returns bigint language plpgsql as $$
declare
    deleted bigint;
begin
    delete from ab_test_outcomes
    where ctid = any (array(select ctid from ab_test_outcomes where time < now() - older_than limit max_rows));
    get diagnostics deleted = row_count;
    return deleted;
end;
$$;

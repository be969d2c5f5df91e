-- Few and large chunks, because an outcome is looked for by its request in all of them.
select create_hypertable('ab_test_outcomes', 'time',
    chunk_time_interval => interval '30 days', create_default_indexes => false);

-- Drops whole chunks; the service calls it until it returns 0. The function that does it is where the extension is.
do $place$
begin
    execute format($create$
        create function purge_ab_test_outcomes(older_than interval, max_rows integer default 50000) returns bigint
        language sql as $$
            select count(*) from %I.drop_chunks('ab_test_outcomes', now() - older_than)
        $$
    $create$, (
        select nspname from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'timescaledb'));
end;
$place$;

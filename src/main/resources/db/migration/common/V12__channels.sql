-- Channels of notices belong to the database and not to a schema. An installation in another schema than public announces its
-- changes on a channel of its own; in public it stays the one that replicas of earlier releases listen to. Whichever function
-- announces them is taken as earlier migrations have left it.
do $$
declare
    announcing regprocedure;
    announced boolean := false;
begin
    for announcing in
        select oid from pg_proc
        where pronamespace = current_schema()::regnamespace and prosrc like '%pg_notify(''ab_test_changes''%'
    loop
        execute replace(pg_get_functiondef(announcing), 'pg_notify(''ab_test_changes''', 'pg_notify(ab_changes_channel()');
        announced := true;
    end loop;
    if not announced then
        raise exception 'no function announces changes in the way that this migration knows';
    end if;
end;
$$;

create function ab_changes_channel() returns text language sql stable as $$
    select case nspname when 'public' then 'ab_test_changes' else 'ab_test_changes_' || nspname end
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = 'ab_catalog_version'::regclass
$$;

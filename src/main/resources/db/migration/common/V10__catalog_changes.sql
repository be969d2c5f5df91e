-- What each version of the catalog changed, so that a replica reads that and no more; and a stamp for each, so that a replica
-- can tell the history that it knows from another one: a restored backup, a standby that lagged, another database.

create table ab_catalog_changes (
    version  bigint         primary key,
    stamp    uuid           not null default gen_random_uuid(),
    test_ids varchar(100)[]
);

insert into ab_catalog_changes (version) select version from ab_catalog_version;

-- As before, the lock of the version's row puts changes in order until the end of their transactions. After somebody has set
-- the version back a number comes again, with another stamp.
create function ab_catalog_advance(changed varchar[]) returns void language plpgsql as $$
declare
    current_version bigint;
begin
    update ab_catalog_version set version = version + 1 returning version into current_version;
    insert into ab_catalog_changes (version, test_ids)
    values (current_version, case when cardinality(changed) <= 1000 then changed end)
    on conflict (version) do update set stamp = excluded.stamp, test_ids = excluded.test_ids;
    delete from ab_catalog_changes where version <= current_version - 10000;
    perform pg_notify('ab_test_changes', current_version::text);
end;
$$;

-- Promotions, and whatever else of the catalog is small enough to be read anew each time.
create or replace function ab_catalog_changed() returns trigger language plpgsql as $$
begin
    perform ab_catalog_advance('{}');
    return null;
end;
$$;

create function ab_tests_inserted() returns trigger language plpgsql as $$
begin
    if exists (select from changed) then
        perform ab_catalog_advance(array(select distinct test_id from changed));
    end if;
    return null;
end;
$$;

create function ab_tests_updated() returns trigger language plpgsql as $$
begin
    if exists (select from changed) then
        perform ab_catalog_advance(array(select test_id from changed union select test_id from former));
    end if;
    return null;
end;
$$;

create function ab_tests_truncated() returns trigger language plpgsql as $$
begin
    perform ab_catalog_advance(null);
    return null;
end;
$$;

drop trigger ab_test_configs_changed on ab_test_configs;

create trigger ab_test_configs_inserted
    after insert on ab_test_configs referencing new table as changed
    for each statement execute function ab_tests_inserted();

create trigger ab_test_configs_updated
    after update on ab_test_configs referencing new table as changed old table as former
    for each statement execute function ab_tests_updated();

create trigger ab_test_configs_deleted
    after delete on ab_test_configs referencing old table as changed
    for each statement execute function ab_tests_inserted();

create trigger ab_test_configs_truncated
    after truncate on ab_test_configs
    for each statement execute function ab_tests_truncated();

-- The time that ramps are held by. It goes on while a replica watches them, by that replica's monotonic clock, so a wall clock
-- that is set forward or back ends no step and delays none.
create table ab_ramp_clock (
    only_row   boolean     primary key default true,
    time       timestamptz not null default now(),
    counted_at timestamptz not null default now(),
    constraint ab_ramp_clock_has_one_row check (only_row)
);

insert into ab_ramp_clock default values;

-- No URL reaches these two, so nobody could disable them; and each kept other tests from its control.
insert into ab_test_events (test_id, actor, action, generation, reason)
select test_id, 'migration', 'disabled', generation + 1, 'no URL can name this test'
from ab_test_configs
where test_id in ('.', '..') and enabled and deleted_at is null;

update ab_test_configs
set enabled = false, generation = generation + 1, updated_at = now()
where test_id in ('.', '..') and enabled and deleted_at is null;

-- What a replica holds is read by all replicas, twice a second. Its hash says whether a reader has it already. It is one of the text: that
-- of jsonb is the same for some documents whose values are in other places.
alter table ab_replicas
    add column models_hash bigint not null generated always as (hashtextextended(models::text collate "C", 0)) stored;

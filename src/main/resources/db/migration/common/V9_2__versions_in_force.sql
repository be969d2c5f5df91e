-- The versions of a test's models that the replicas are to serve now, where that is recorded: what a judgement is to be of, also
-- before the first row of a new version is stored. Asked for by name, because the table of wanted versions comes with a later
-- migration.
create function ab_test_versions_in_force(p_test_id varchar)
returns table (
    generation       bigint,
    configured_split double precision,
    control_digest   varchar,
    control_version  text,
    treatment_digest varchar,
    treatment_version text
) language plpgsql stable as $$
begin
    if to_regclass('ab_model_versions') is null then
        return;
    end if;
    return query execute $query$
        select
            config.generation,
            case when config.mode = 'shadow' then null else config.traffic_split end,
            left(control.digest, 12)::varchar,
            control.model || '@' || control.version || '#' || left(control.digest, 12),
            left(treatment.digest, 12)::varchar,
            treatment.model || '@' || treatment.version || '#' || left(treatment.digest, 12)
        from ab_test_configs as config
        left join ab_model_promotions as promotion on promotion.model = config.control_model
        join ab_model_versions as control
            on control.model = coalesce(promotion.serves, config.control_model) and control.digest is not null
        join ab_model_versions as treatment on treatment.model = config.treatment_model and treatment.digest is not null
        where config.test_id = $1
    $query$ using p_test_id;
end;
$$;

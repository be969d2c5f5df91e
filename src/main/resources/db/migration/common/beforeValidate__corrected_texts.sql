-- Version 14 was corrected after the first databases had run it: about the way there from version 13, and nothing that it leaves
-- behind (docs/adr/0017). In the history of such a database the checksum of the earlier text becomes that of the present one. Any
-- other text is refused as before.
do $checksums$
declare
    schema text := quote_ident(current_schema());
    ran    record;
begin
    if to_regclass(schema || '.flyway_schema_history') is null then
        return;
    end if;
    for ran in execute
        'select installed_rank, present from ' || schema || '.flyway_schema_history join (values'
            ' (''14'', -406607442, -1755250718), (''14.1'', 277453266, 739937671), (''14.1'', 1654228245, -1080966699)'
            ') as corrected (version, earlier, present) using (version) where checksum = earlier'
    loop
        execute 'update ' || schema || '.flyway_schema_history set checksum = $1 where installed_rank = $2'
            using ran.present, ran.installed_rank;
    end loop;
end;
$checksums$;

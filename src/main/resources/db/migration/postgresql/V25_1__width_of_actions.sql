-- Names of actions stand whole in the columns of the rows. Where something of the owner's depends on these columns their type cannot
-- change, and they stay as they are.

do $width$
declare
    width integer := 32;
begin
    begin
        alter table ab_test_results
            alter column control_action type varchar(32),
            alter column treatment_action type varchar(32);
    exception when feature_not_supported or dependent_objects_still_exist then
        raise warning 'control_action and treatment_action of ab_test_results stay 10 characters wide, because something of yours depends on them; longer names are in control_action_name and treatment_action_name';
        width := 10;
    end;
    execute format(
        'create function ab_test_action_width() returns integer language sql immutable parallel safe as $body$ select %s $body$',
        width);
end;
$width$;

-- A model advises 2 to 32 actions with names of at most 32 characters; the columns were made for HOLD, BUY and SELL. How wide
-- control_action and treatment_action can be, version 25.1 finds out. Of a name that is longer they have the beginning, and the added
-- columns all of it (docs/adr/0035). The rows of earlier releases stay as they are, and their figures, too.

-- A batch takes the rows before the counts, and a window the other way round, so both are locked at once or not at all.
do $locks$
declare
    patience integer := 50;
    before   text := current_setting('lock_timeout');
begin
    loop
        perform set_config('lock_timeout', patience || 'ms', true);
        begin
            lock table ab_test_results, ab_test_action_counts in access exclusive mode;
            exit;
        exception when lock_not_available or deadlock_detected then
            patience := least(patience + 50, 2000);
        end;
        perform set_config('lock_timeout', '0', true);
        perform pg_sleep(random() / 5);
    end loop;
    perform set_config('lock_timeout', before, true);
end;
$locks$;

alter table ab_test_results
    add column if not exists control_action_name   varchar(32),
    add column if not exists treatment_action_name varchar(32);

alter table ab_test_action_counts
    alter column control_action type varchar(32),
    alter column treatment_action type varchar(32);

create or replace function ab_test_actions(p_test_id varchar, p_from timestamptz, p_to timestamptz)
returns table (assigned_group varchar, control_action varchar, treatment_action varchar, count bigint)
language sql stable parallel safe as $$
select parts.assigned_group, parts.control_action, parts.treatment_action, sum(parts.count)::bigint
from (
    select hours.assigned_group, hours.control_action, hours.treatment_action, hours.count
    from ab_test_action_counts as hours
    where hours.test_id = p_test_id and hours.hour >= ab_next_hour(p_from) and hours.hour < ab_hour(p_to)
    union all
    select
        r.assigned_group, coalesce(r.control_action_name, r.control_action),
        coalesce(r.treatment_action_name, r.treatment_action), 1
    from ab_test_rows_at_ends(p_test_id, p_from, p_to) as r
) as parts
group by 1, 2, 3
order by 1, 2, 3
$$;

-- The two functions that take rows in read the whole names; the rest of them stays as it is.
do $whole_names$
declare
    change record;
    text   text;
begin
    for change in
        select * from (values
            ('ab_test_book_ledger(ab_test_results[])',
                'select test_id, ab_hour(time), generation, assigned_group, control_action, treatment_action, count(*)',
                'select test_id, ab_hour(time), generation, assigned_group, coalesce(control_action_name, control_action),'
                    ' coalesce(treatment_action_name, treatment_action), count(*)'),
            ('ab_test_book_decisions(ab_test_results[])',
                'r.control_action = r.treatment_action',
                'coalesce(r.control_action_name, r.control_action) = coalesce(r.treatment_action_name, r.treatment_action)'),
            ('ab_test_book_decisions(ab_test_results[])',
                '->> r.control_action)', '->> coalesce(r.control_action_name, r.control_action))'),
            ('ab_test_book_decisions(ab_test_results[])',
                '->> r.treatment_action)', '->> coalesce(r.treatment_action_name, r.treatment_action))')
        ) as changes (function, present, revised)
    loop
        text := pg_get_functiondef(change.function::regprocedure);
        if strpos(text, change.present) = 0 then
            raise exception 'function % is not that of version 24: it has no %', change.function, change.present;
        end if;
        execute replace(text, change.present, change.revised);
    end loop;
end;
$whole_names$;

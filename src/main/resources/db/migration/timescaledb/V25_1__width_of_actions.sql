-- TimescaleDB changes no type of a column that a continuous aggregate reads, nor of a table with compressed chunks: the columns of the
-- rows stay 10 characters wide, and a longer name is in control_action_name or treatment_action_name.
create function ab_test_action_width() returns integer language sql immutable parallel safe as $$
    select 10
$$;

-- Fills ab_test_results with made-up observations, spread evenly over the past days. Needs a migrated database and
-- PostgreSQL 16 or newer. It uses nothing but SQL, so psql and JDBC (with auto-commit on) run it alike:
--
--   psql "$DATABASE" -f bench/rows/generate.sql -c "call pg_temp.generate_rows(10000000)"
--
-- The procedure lives in the session's temporary schema and is gone with it. Each batch is a transaction of its own, in the
-- order of time, into the same ledger as the service's batches; the random sequence is the
-- same at every run.
--
-- With p_outcomes the test has an outcome plan with blocks of a day, each row is a decision, and each decision has an outcome: every
-- second one its own, the others that of their symbol and hour. No service may run meanwhile, as it would close days of which rows are
-- still missing (kill -STOP holds it). Afterwards it closes the blocks, or else "select ab_test_close_outcomes(10000)" does, again and
-- again until it returns 0. Rows of past days are kept by the minute until "select fold_ab_test_account()", which a service calls every
-- hour: call it before you measure.

create procedure pg_temp.generate_rows(
    p_rows        bigint,
    p_days        integer          default 30,
    p_test_id     varchar          default 'bench',
    p_shadow      double precision default 0.5,
    p_split       double precision default 0.2,
    p_batch       integer          default 10000,
    p_outcomes    boolean          default false
) language plpgsql as $$
declare
    ends     timestamptz := now();
    step     interval := make_interval(days => p_days) / p_rows;
    position bigint := 0;
    stored   bigint;
begin
    perform setseed(0.20261124);
    insert into ab_test_configs (test_id, mode, control_model, treatment_model, explicit, description)
    values (p_test_id, 'shadow', 'bull_specialist', 'bull_specialist_v2', true, 'rows made by bench/rows/generate.sql')
    on conflict do nothing;
    if p_outcomes then
        update ab_test_configs
        set outcome = '{"positions": {"HOLD": 0, "BUY": 1, "SELL": -1}, "cost": 0.0001, "clip": 0.05, "block": "P1D",
            "horizon": "PT0S", "limit": -0.0005, "action": "alert", "promote": "not_worse", "alpha": 0.05}'
        where test_id = p_test_id;
        -- rows follow the outcomes that they need, so no block closes without them
        perform ab_test_take_outcomes(
            array_agg(n), array_agg(null::varchar), array_agg('BTC-USD'::varchar), array_agg(hour),
            array_agg(hour + interval '1 hour'), array_agg((random() - 0.5) / 50), array_agg(null::timestamptz), array_agg(0), 0)
        from (
            select
                n::integer,
                date_trunc('hour', ends) - make_interval(hours => n::integer) as hour
            from generate_series(0, 24 * p_days + 1) as n
        ) as hours;
    end if;
    while position < p_rows loop
        with inserted as (
            insert into ab_test_results (
                time, test_id, request_id, assigned_group, symbol,
                control_action, control_confidence, control_latency_ms,
                treatment_action, treatment_confidence, treatment_latency_ms,
                actions_match, confidence_delta, latency_delta_ms,
                row_id, generation, unit_id, served_by, fallback, configured_split,
                control_model_version, treatment_model_version, treatment_error
            )
            select
                time, p_test_id, 'r-' || n, assigned, 'BTC-USD',
                control_action, control_confidence, control_latency,
                treatment_action, treatment_confidence, treatment_latency,
                control_action = treatment_action, treatment_confidence - control_confidence, treatment_latency - control_latency,
                overlay(gen_random_uuid()::text placing overlay(millis placing '-' from 9 for 0) || '-7' from 1 for 15)::uuid,
                1, 'account-' || n % 9973,
                case when assigned = 'treatment' and not fails then 'treatment' else 'control' end,
                case when assigned = 'treatment' and fails then 'treatment_timeout' end,
                case when assigned <> 'shadow' then p_split end,
                '1', '2',
                case when assigned <> 'control' and fails then 'timeout' end
            from (
                select
                    drawn.*,
                    case when control_runs then (array['HOLD', 'BUY', 'SELL'])[1 + floor(control_draw * 3)::integer] end
                        as control_action,
                    case when control_runs then 0.34 + 0.66 * random() end as control_confidence,
                    case when control_runs then 2 * exp(0.5 * random_normal()) * case when random() < 0.01 then 10 else 1 end end
                        as control_latency,
                    case when treatment_runs then (array['HOLD', 'BUY', 'SELL'])[
                        1 + floor(case when random() < 0.9 then control_draw else random() end * 3)::integer] end
                        as treatment_action,
                    case when treatment_runs then 0.34 + 0.66 * random() end as treatment_confidence,
                    case when treatment_runs then 3 * exp(0.6 * random_normal()) * case when random() < 0.02 then 10 else 1 end end
                        as treatment_latency
                from (
                    select
                        n,
                        time,
                        assigned,
                        fails,
                        random() as control_draw,
                        lpad(to_hex(floor(extract(epoch from time) * 1000)::bigint), 12, '0') as millis,
                        assigned <> 'treatment' or fails as control_runs,
                        assigned <> 'control' and not fails as treatment_runs
                    from (
                        select
                            n,
                            ends - (p_rows - n) * step as time,
                            case when random() < p_shadow then 'shadow' when random() < p_split then 'treatment' else 'control' end
                                as assigned,
                            random() < 0.01 as fails
                        from generate_series(position, least(position + p_batch, p_rows) - 1) as n
                    ) as assignments
                ) as drawn
            ) as observed
            on conflict do nothing returning ab_test_results as result
        )
        select ab_test_book(array_agg(result)) into stored from inserted;
        if p_outcomes then
            perform ab_test_take_outcomes(
                array_agg(n), array_agg(('r-' || (position + n))::varchar), array_agg(null::varchar), array_agg(null::timestamptz),
                array_agg(null::timestamptz), array_agg((random() - 0.5) / 50), array_agg(null::timestamptz), array_agg(0), p_batch)
            from generate_series(0, least(p_batch, p_rows - position)::integer - 1, 2) as n;
        end if;
        commit;
        position := position + p_batch;
    end loop;
end;
$$;

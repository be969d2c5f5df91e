-- Who promoted, and why where the verdict was not "promote". Of promotions from before, the audit trail knows who.

alter table ab_model_promotions
    add column promoted_by     varchar(100) not null default 'unknown',
    add column override_reason varchar(500);

update ab_model_promotions p
    set promoted_by = e.actor
    from (select distinct on (test_id) test_id, actor
            from ab_test_events
            where action = 'promoted'
            order by test_id, event_id desc) e
    where e.test_id = p.test_id;

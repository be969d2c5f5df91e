-- 10,000 explicit tests with the longest descriptions that are allowed, half of them shadows.
insert into ab_test_configs (test_id, control_model, treatment_model, mode, explicit, description)
select
    'many-' || i,
    'bull_specialist',
    'bull_specialist_v2',
    case when i % 2 = 0 then 'shadow' else 'traffic_split' end,
    true,
    repeat(U&'\+01F600', 1024)
from generate_series(1, 10000) i;

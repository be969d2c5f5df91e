// Realised outcomes: taken once, added up by blocks, and removed when they are old.

import { agree, check } from './checks.mjs';
import { one, store } from './database.mjs';
import { DAY, HOUR, NOW, Observer } from './observations.mjs';

const POSITIONS = { HOLD: 0.25, BUY: 1, SELL: -1 };
const PLAN = {
  positions: POSITIONS, cost: 0, clip: 0.05, block: 'PT1H', horizon: 'PT0S', limit: -0.0005, action: 'alert',
  promote: 'ignore', alpha: 0.05,
};

const take = (database, items) =>
  one(
    database,
    `select accepted, duplicates, waiting, rejected from ab_test_take_outcomes(
        $1::integer[], $2::varchar[], $3::varchar[], $4::timestamptz[], $5::timestamptz[], $6::double precision[],
        $7::timestamptz[], $8::integer[], 1000)`,
    [
      items.map((_, index) => index),
      ...['request', 'symbol', 'from', 'to', 'value', 'observed'].map((field) => items.map((item) => item[field] ?? null)),
      items.map((item) => item.revision ?? 0),
    ],
  );

export async function outcomesWork(database) {
  const rows = [];
  const observer = new Observer(19);
  for (let time = NOW - 6 * HOUR; time < NOW - 3 * HOUR; time += 47_000) {
    rows.push({ ...observer.shadow(time, 'outcomes', 1), request_id: `o-${rows.length}` });
  }
  const items = rows.map((row, index) => ({
    request: row.request_id, value: ((index % 21) - 10) / 500, observed: new Date(NOW).toISOString(),
  }));
  await database.query(
    `insert into ab_test_configs (test_id, mode, control_model, treatment_model, explicit, outcome)
     values ('outcomes', 'shadow', 'bull_specialist', 'bull_specialist_v2', true, $1)`,
    [JSON.stringify(PLAN)],
  );

  await check('outcomes wait for their predictions, and are taken once', async () => {
    agree(await take(database, items.slice(0, 100)), { accepted: 100, duplicates: 0, waiting: 100, rejected: [] }, 'first');
    await store(database, rows);
    agree((await one(database, 'select count(*) as n from ab_test_outcomes where waiting')).n, 0, 'waiting');
    agree(await take(database, items), { accepted: rows.length - 100, duplicates: 100, waiting: 0, rejected: [] }, 'again');
    const early = { ...items[0], observed: new Date(NOW - DAY).toISOString(), revision: 1 };
    agree(await take(database, [early]), { accepted: 0, rejected: [[0, 'early']] }, 'early');
    const later = { ...items[0], observed: new Date(NOW + 40 * DAY).toISOString(), revision: 1 };
    agree(await take(database, [later]), { accepted: 1, duplicates: 0 }, 'a revision');
    agree(
      (await one(database, "select count(*) as n from ab_test_outcomes where request_id = 'o-0'")).n, 1, 'rows of a revision');
  });
  await check('blocks add up what the decisions earned', async () => {
    while ((await one(database, 'select ab_test_close_outcomes(50) as n')).n > 0) {
      // until nothing is due
    }
    const pairs = rows
      .map((row, index) => ({ ...row, value: items[index].value }))
      .filter((row) => row.control_action !== null && row.treatment_action !== null);
    const gain = pairs.reduce(
      (sum, row) => sum + (POSITIONS[row.treatment_action] - POSITIONS[row.control_action]) * row.value, 0);
    agree(
      await one(database, `
        select sum(agreeing + disagreeing)::integer as pairs, sum(agreeing_known + disagreeing_known)::integer as known,
            sum(raw_difference) as gain, count(*) filter (where closed_at is null)::integer as open, max(scale) > 0 as scaled
        from ab_test_outcome_evidence('outcomes', 1, 0, 1000000)`),
      { pairs: pairs.length, known: pairs.length, gain, open: 0, scaled: true },
      'blocks',
    );
  });
  await check('old outcomes go, and those that waited too long', async () => {
    const old = { symbol: 'OLD', from: new Date(NOW - 500 * DAY).toISOString(), to: new Date(NOW - 499 * DAY).toISOString(), value: 1 };
    agree(await take(database, [old, { request: 'never', value: 1 }]), { accepted: 2, waiting: 1 }, 'taken');
    const purge = async () => (await one(database, "select purge_ab_test_outcomes(interval '400 days') as n")).n;
    agree([(await purge()) > 0, await purge()], [true, 0], 'purged');
    agree(
      (await one(database, "select drop_waiting_ab_test_outcomes(interval '-1 hour') as n")).n, 1, 'dropped');
    agree((await one(database, "select count(*) as n from ab_test_outcomes where symbol = 'OLD' or waiting")).n, 0, 'left');
    agree((await one(database, "select purge_ab_test_outcome_decisions(interval '0') as n")).n, rows.length, 'decisions');
  });
}

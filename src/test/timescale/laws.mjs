// What holds whatever the rows are: the catalog's version and constraints, and the mapping of latencies to buckets.

import { agree, check, refused } from './checks.mjs';
import { one, store } from './database.mjs';
import { NOW, Observer } from './observations.mjs';
import * as reference from './reference.mjs';

export async function theCatalogHolds(database) {
  const create = (testId, columns = {}) => {
    const all = { test_id: testId, control_model: 'universal', treatment_model: 'universal_v2', ...columns };
    const names = Object.keys(all);
    return database.query(
      `insert into ab_test_configs (${names}) values (${names.map((_, index) => `$${index + 1}`)})`,
      Object.values(all),
    );
  };
  const version = async () => (await one(database, 'select version from ab_catalog_version')).version;

  await check('every change of a test or a promotion raises the version and sends it as a notice', async () => {
    const notices = [];
    const stop = await database.listen('ab_test_changes', (notice) => notices.push(Number(notice)));
    const before = await version();
    await create('first');
    await database.query("update ab_test_configs set traffic_split = 0.1, generation = 2 where test_id = 'first'");
    await database.query("insert into ab_model_promotions values ('universal', 'universal_v2', 'first', now())");
    await database.query('delete from ab_model_promotions');
    await stop();
    agree(await version(), before + 4, 'version');
    agree(notices, [1, 2, 3, 4].map((step) => before + step), 'notices');
  });
  await check('a change that is rolled back leaves the version as it was', async () => {
    const before = await version();
    await refused(database.transaction(async (transaction) => {
      await transaction.query("delete from ab_test_configs where test_id = 'first'");
      throw new Error('changed my mind');
    }), /changed my mind/);
    agree(await version(), before, 'version');
  });
  await check('a control model has at most one enabled test among those that are not explicit', async () => {
    await refused(create('second'), /ab_test_configs_one_enabled_per_control/);
    await create('explicit', { explicit: true });
    await create('resting', { enabled: false });
    await refused(
      database.query("update ab_test_configs set enabled = true where test_id = 'resting'"),
      /ab_test_configs_one_enabled_per_control/,
    );
    await database.query("update ab_test_configs set deleted_at = now() where test_id = 'first'");
    await database.query("update ab_test_configs set enabled = true where test_id = 'resting'");
  });
  await check('a split outside 0 to 1, an unknown mode and an unknown group are refused', async () => {
    await refused(create('a', { traffic_split: 1.01, explicit: true }), /split_is_a_fraction/);
    await refused(create('a', { traffic_split: 'NaN', explicit: true }), /split_is_a_fraction/);
    await refused(create('a', { mode: 'canary', explicit: true }), /mode_known/);
    const row = new Observer(1).shadow(NOW, 'a', 1);
    await refused(store(database, [{ ...row, assigned_group: 'nobody' }]), /ab_test_results_group_known/);
  });
}

export async function bucketsHold(database) {
  await check('latency buckets are those of DDSketch, and no number fails', async () => {
    const latencies = [0, -1, 0.0005, 0.001, 0.0011, 0.5, 1, 1.0201, 12.5, 5_000, 1e9, 1.1e9, 1e12, Infinity, NaN];
    const expected = latencies.map((millis) => reference.latencyBucket(Number.isNaN(millis) ? Infinity : millis));
    for (const [index, millis] of latencies.entries()) {
      const { bucket } = await one(database, 'select ab_latency_bucket($1::double precision) as bucket', [String(millis)]);
      agree(bucket, expected[index], String(millis));
    }
    agree((await one(database, 'select ab_latency_bucket(null) as bucket')).bucket, null, 'null');
  });
  await check("a bucket's value is within 0.25% of all that it holds", async () => {
    const { worst } = await one(database, `
      select max(abs(ab_latency_value(ab_latency_bucket(ms)) - ms) / ms) as worst
      from (select 0.001001 * power(1.00137, step) as ms from generate_series(0, 15000) as step) as latencies`);
    if (!(worst <= 0.0025001)) {
      throw new Error(`off by ${worst}`);
    }
  });
}


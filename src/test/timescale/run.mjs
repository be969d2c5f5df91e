// Runs the service's migrations on TimescaleDB and on plain PostgreSQL, fills both with the same observations, and
// compares every function and aggregate with the answer computed from the rows themselves (reference.mjs).

import { agree, agreeExactly, check, conclude, refused } from './checks.mjs';
import { all, migrations, one, open, store } from './database.mjs';
import { DAY, HOUR, Observer } from './observations.mjs';
import * as reference from './reference.mjs';

const NOW = Date.now();
const THIS_HOUR = Math.floor(NOW / HOUR) * HOUR;
const TODAY = Math.floor(NOW / DAY) * DAY;
const at = (millis) => (Number.isFinite(millis) ? new Date(millis).toISOString() : millis > 0 ? 'infinity' : '-infinity');

const WINDOWS = {
  'the last 24 hours': [NOW - DAY, Infinity],
  'the last 30 days': [NOW - 30 * DAY, Infinity],
  'all time': [-Infinity, Infinity],
  'whole hours': [THIS_HOUR - 5 * HOUR, THIS_HOUR - 2 * HOUR],
  'incomplete hours at both ends': [THIS_HOUR - 5 * HOUR + 1_234_567, THIS_HOUR - 2 * HOUR + 2_345_678],
  'a piece of one hour': [THIS_HOUR - 2 * HOUR + 600_000, THIS_HOUR - 2 * HOUR + 1_800_000],
  'a piece that spans two hours': [THIS_HOUR - 3 * HOUR + 3_000_000, THIS_HOUR - 2 * HOUR + 600_000],
  'up to this moment': [NOW - 10 * HOUR, NOW],
  'no time at all': [NOW - HOUR, NOW - HOUR],
  'the future': [NOW + 5 * HOUR, Infinity],
};
const TESTS = ['bear_v2_shadow', 'bull_v2_canary', 'unknown'];

function observations() {
  const observer = new Observer(20261124);
  const rows = [];
  for (let time = NOW - 9 * DAY; time < NOW - 1_000; time += 207_000) {
    rows.push(observer.shadow(time, 'bear_v2_shadow', 1));
    rows.push(
      time < NOW - 7 * HOUR
        ? observer.split(time + 1, 'bull_v2_canary', 1, 0.2)
        : observer.split(time + 1, 'bull_v2_canary', 2, 0.4),
    );
  }
  return { rows, observer };
}

async function functionsAgree(database, rows) {
  for (const testId of TESTS) {
    for (const [name, [from, to]] of Object.entries(WINDOWS)) {
      const own = reference.inWindow(rows, testId, from, to);
      const window = [testId, at(from), at(to)];
      const where = `${testId}, ${name}`;
      agreeExactly(await one(database, 'select * from ab_test_stats($1, $2, $3)', window), reference.stats(own), where);
      const histogram = await all(database, 'select * from ab_test_latency_histogram($1, $2, $3)', window);
      agreeExactly(
        Object.fromEntries(histogram.map((row) => [`${row.arm} ${row.bucket}`, row.count])),
        reference.histogram(own),
        where,
      );
      const actions = await all(database, 'select * from ab_test_actions($1, $2, $3)', window);
      agreeExactly(
        Object.fromEntries(
          actions.map((row) => [`${row.assigned_group} ${row.control_action} ${row.treatment_action}`, row.count]),
        ),
        reference.actions(own),
        where,
      );
      const generations = await all(database, 'select * from ab_test_stats_by_generation($1, $2, $3)', window);
      agree(
        Object.fromEntries(generations.map((row) => [row.generation, row.samples])),
        reference.tally(own.map((row) => row.generation)),
        where,
      );
    }
  }
}

async function aggregatesAgree(database, rows) {
  for (const [aggregate, width] of Object.entries(reference.WIDTHS)) {
    const expected = reference.byBucket(rows, width);
    const actual = await all(database, `select * from ${aggregate}`);
    agree(actual.length, expected.size, `rows of ${aggregate}`);
    for (const row of actual) {
      const key = `${row.test_id} ${row.bucket.getTime()}`;
      agree(row, reference.metrics(expected.get(key)), `${aggregate} ${key}`);
    }
  }
}

async function quantilesAgree(database, rows) {
  for (const testId of ['bear_v2_shadow', 'bull_v2_canary']) {
    for (const q of [0.5, 0.95, 0.99]) {
      const answers = await all(
        database,
        "select * from ab_test_latency_quantile($1, '-infinity', 'infinity', $2)", [testId, q]);
      agree(answers.map((row) => row.arm).sort(), ['control', 'treatment'], testId);
      for (const { arm, latency_ms: actual } of answers) {
        const own = rows.filter((row) => row.test_id === testId);
        const exact = reference.quantile(reference.latencies(own, arm), q);
        if (Math.abs(actual - exact) > 0.0100001 * exact) {
          throw new Error(`${testId} ${arm} ${q}: ${actual} instead of ${exact}`);
        }
      }
    }
  }
}

async function splitAgrees(database, rows) {
  for (const testId of TESTS) {
    for (const hours of [1, 24, 720]) {
      agreeExactly(
        await one(database, 'select * from verify_traffic_split($1, hours_back => $2)', [testId, hours]),
        reference.split(reference.inWindow(rows, testId, NOW - hours * HOUR, Infinity)),
        `${testId}, ${hours} hours`,
      );
    }
  }
  agree(
    await one(database, "select * from verify_traffic_split('bull_v2_canary')"),
    await one(database, "select * from verify_traffic_split('bull_v2_canary', hours_back => 1)"),
    'the default',
  );
}

async function summaryAgrees(database, rows) {
  for (const [testId, mode] of [['bear_v2_shadow', 'shadow'], ['bull_v2_canary', 'traffic_split']]) {
    const own = rows.filter((row) => row.test_id === testId);
    const times = own.map((row) => Date.parse(row.time));
    const { total_samples: samples, control_count, treatment_count, shadow_count, fallback_count } = reference.stats(own);
    const derived = reference.metrics(own);
    const summary = await one(database, 'select * from get_ab_test_summary($1)', [testId]);
    agree(summary.first_sample.getTime(), times.reduce((a, b) => Math.min(a, b)), 'first_sample');
    agree(summary.last_sample.getTime(), times.reduce((a, b) => Math.max(a, b)), 'last_sample');
    agree(summary, {
      test_id: testId, mode, enabled: true, total_samples: samples,
      control_count, treatment_count, shadow_count, fallback_count,
      agreement_rate: derived.agreement_rate,
      avg_control_confidence: derived.avg_control_confidence,
      avg_treatment_latency_ms: derived.avg_treatment_latency_ms,
      avg_latency_delta_ms: derived.avg_latency_delta_ms,
    }, testId);
    const [p95] = await all(
      database,
      "select * from ab_test_latency_quantile($1, '-infinity', 'infinity', 0.95) where arm = 'treatment'", [testId]);
    agree(summary.p95_treatment_latency_ms, p95.latency_ms, 'p95');
  }
  agree(await all(database, "select * from get_ab_test_summary('unknown')"), [], 'a test that does not exist');
}

async function seedQueriesWork(database, rows) {
  const newest = reference.inWindow(rows, 'bear_v2_shadow', THIS_HOUR, Infinity);
  const hour = newest.length > 0 ? newest : reference.inWindow(rows, 'bear_v2_shadow', THIS_HOUR - HOUR, THIS_HOUR);
  for (const column of ['agreement_rate', 'avg_latency_delta_ms']) {
    const answer = await one(database, `
      SELECT ${column}
      FROM ab_test_metrics_hourly
      WHERE test_id = 'bear_v2_shadow'
      ORDER BY bucket DESC LIMIT 1;`);
    agree(answer[column], reference.metrics(hour)[column], column);
  }
  agree((await all(database, "SELECT * FROM verify_traffic_split('bull_v2_canary', 1)")).length, 1, 'rows');
  agree((await all(database, "SELECT * FROM get_ab_test_summary('bull_v2_canary')")).length, 1, 'rows');
}

async function everythingAgrees(when, database, rows) {
  await check(`${when}, every function answers as the rows do, for every window`, () => functionsAgree(database, rows));
  await check(`${when}, both aggregates answer as the rows do`, () => aggregatesAgree(database, rows));
  await check(`${when}, quantiles are within 1% of the exact ones`, () => quantilesAgree(database, rows));
  await check(`${when}, verify_traffic_split uses the split that held for each row`, () => splitAgrees(database, rows));
  await check(`${when}, get_ab_test_summary covers the whole test`, () => summaryAgrees(database, rows));
}

async function theCatalogHolds(database) {
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
    const [row] = [new Observer(1).shadow(NOW, 'a', 1)];
    await refused(store(database, [{ ...row, assigned_group: 'nobody' }]), /ab_test_results_group_known/);
  });
}

async function bucketsHold(database) {
  await check('latency buckets are those of DDSketch, and no number fails', async () => {
    const latencies = [0, -1, 0.0005, 0.001, 0.0011, 0.5, 1, 1.0201, 12.5, 5_000, 1e9, 1e12, Infinity, NaN];
    const expected = latencies.map((millis) => reference.latencyBucket(Number.isNaN(millis) ? Infinity : millis));
    for (const [index, millis] of latencies.entries()) {
      const { bucket } = await one(database, 'select ab_latency_bucket($1::double precision) as bucket', [String(millis)]);
      agree(bucket, expected[index], String(millis));
    }
    agree((await one(database, 'select ab_latency_bucket(null) as bucket')).bucket, null, 'null');
  });
  await check("a bucket's value is within 1% of all that it holds", async () => {
    const { worst } = await one(database, `
      select max(abs(ab_latency_value(ab_latency_bucket(ms)) - ms) / ms) as worst
      from (select 0.001001 * power(1.00137, step) as ms from generate_series(0, 15000) as step) as latencies`);
    if (!(worst <= 0.0100001)) {
      throw new Error(`off by ${worst}`);
    }
  });
}

async function runJobs(database, procedure) {
  const jobs = await all(
    database,
    'select job_id from timescaledb_information.jobs where proc_name = $1 order by job_id', [procedure]);
  for (const { job_id: job } of jobs) {
    await database.exec(`call run_job(${job})`);
  }
  return jobs.length;
}

async function create(database) {
  await database.query(`
    insert into ab_test_configs (test_id, mode, control_model, treatment_model) values
        ('bear_v2_shadow', 'shadow', 'bear_specialist', 'bear_specialist_v2'),
        ('bull_v2_canary', 'traffic_split', 'bull_specialist', 'bull_specialist_v2')`);
}

const lateRows = (observer) =>
  Array.from({ length: 40 }, (_, index) => observer.shadow(NOW - 3 * DAY + index * 300_000, 'bear_v2_shadow', 1));
const veryOldRows = (observer) =>
  Array.from({ length: 20 }, (_, index) => observer.shadow(TODAY - 100 * DAY + index * 1_000, 'bear_v2_shadow', 1));

async function onTimescale() {
  console.log('TimescaleDB');
  const { rows, observer } = observations();
  const database = await open('timescaledb');
  const { extversion } = await one(database, "select extversion from pg_extension where extname = 'timescaledb'");
  console.log(`  version ${extversion}, migrations: ${migrations('timescaledb').map(({ name }) => name).join(', ')}`);
  await theCatalogHolds(database);
  await bucketsHold(database);
  await create(database);

  const ancient = veryOldRows(observer);
  await store(database, [...rows, ...ancient]);
  await store(database, rows.slice(0, 700));
  const stored = [...rows, ...ancient];
  await everythingAgrees('before any refresh', database, stored);

  await check('both aggregates refresh under their own names', async () => {
    await database.exec("call refresh_continuous_aggregate('ab_test_metrics_hourly', null, null)");
    await database.exec("call refresh_continuous_aggregate('ab_test_metrics_daily', null, null)");
    for (const aggregate of ['sums', 'control_latency', 'treatment_latency', 'actions']) {
      await database.exec(`call refresh_continuous_aggregate('ab_test_${aggregate}_hourly', null, '${at(THIS_HOUR)}')`);
    }
  });
  await everythingAgrees('after a refresh', database, stored);
  await check('the queries of the monitoring guide work as written', () => seedQueriesWork(database, stored));

  await check('no refresh window reaches as far back as the retention', async () => {
    const { jobs, longest } = await one(database, `
      select count(*) as jobs, max((refresh.config ->> 'start_offset')::interval)::text as longest
      from timescaledb_information.jobs as refresh
      where refresh.proc_name = 'policy_refresh_continuous_aggregate'
          and (refresh.config ->> 'start_offset')::interval < (
              select (retention.config ->> 'drop_after')::interval
              from timescaledb_information.jobs as retention where retention.proc_name = 'policy_retention')`);
    const aggregates = await all(database, 'select view_name from timescaledb_information.continuous_aggregates');
    agree([Number(jobs), longest], [aggregates.length, '30 days'], 'policies');
  });

  const late = lateRows(observer);
  await store(database, late);
  stored.push(...late);
  await check('the refresh policies run', async () => {
    agree(await runJobs(database, 'policy_refresh_continuous_aggregate'), 6, 'refresh jobs');
    agree(await runJobs(database, 'policy_refresh_continuous_aggregate'), 6, 'refresh jobs');
  });
  await everythingAgrees('after late rows and the policies', database, stored);

  await check('the compression policy compresses chunks older than 7 days', async () => {
    await runJobs(database, 'policy_compression');
    const { compressed, open: young } = await one(database, `
      select count(*) filter (where is_compressed) as compressed,
          count(*) filter (where is_compressed and range_end > now() - interval '7 days') as open
      from timescaledb_information.chunks where hypertable_name = 'ab_test_results'`);
    agree([compressed > 0, young], [true, 0], 'chunks');
  });
  await store(database, rows.slice(0, 100));
  await everythingAgrees('with compressed chunks and a batch repeated into them', database, stored);

  await check('the retention policy drops raw rows after 90 days and the aggregates remember them', async () => {
    await runJobs(database, 'policy_retention');
    await runJobs(database, 'policy_refresh_continuous_aggregate');
    const { left } = await one(database, "select count(*) as left from ab_test_results where time < now() - interval '91 days'");
    agree(left, 0, 'raw rows older than 91 days');
    agree((await one(database, 'select purge_ab_test_results() as deleted')).deleted, 0, 'purge');
  });
  await check('after retention, both aggregates answer as the rows did', () => aggregatesAgree(database, stored));
  await check('after retention, get_ab_test_summary covers the whole test', () => summaryAgrees(database, stored));
  return database;
}

async function onPostgres() {
  console.log('plain PostgreSQL');
  const { rows, observer } = observations();
  const database = await open('postgresql');
  console.log(`  migrations: ${migrations('postgresql').map(({ name }) => name).join(', ')}`);
  await theCatalogHolds(database);
  await bucketsHold(database);
  await create(database);

  const stored = [...rows, ...veryOldRows(observer), ...lateRows(observer)];
  await store(database, stored);
  await store(database, rows.slice(0, 700));
  await everythingAgrees('with late and repeated rows', database, stored);
  await database.exec("set timezone = 'Asia/Kolkata'");
  await everythingAgrees('in a time zone half an hour off', database, stored);
  await check('the queries of the monitoring guide work as written', () => seedQueriesWork(database, stored));

  await check('the purge deletes rows older than 90 days, no more per call than it is told', async () => {
    const purge = async () => (await one(database, "select purge_ab_test_results(interval '90 days', 15) as n")).n;
    agree([await purge(), await purge(), await purge()], [15, 5, 0], 'deleted');
    const { left } = await one(database, 'select count(*) as left from ab_test_results');
    agree(left, stored.length - 20, 'rows left');
  });
  await check('after the purge, both aggregates answer as the rows did', () => aggregatesAgree(database, stored));
  return database;
}

async function bothLookAlike(timescale, postgres) {
  const columns = `
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = 'public' and table_name in ('ab_test_configs', 'ab_test_events', 'ab_model_promotions',
        'ab_catalog_version', 'ab_test_results', 'ab_test_metrics_hourly', 'ab_test_metrics_daily',
        'ab_test_sums_hourly', 'ab_test_latency_hourly', 'ab_test_actions_hourly')
    order by table_name, column_name`;
  const functions = `
    select proname, pg_get_function_arguments(oid) as arguments, pg_get_function_result(oid) as result from pg_proc
    where pronamespace = 'public'::regnamespace and proname ~ '^(ab_|get_ab_|verify_|purge_)' and prorettype <> 'trigger'::regtype
    order by proname`;
  await check('tables, aggregates and functions look the same in both', async () => {
    agree(await all(timescale, columns), await all(postgres, columns), 'columns');
    agree(await all(timescale, functions), await all(postgres, functions), 'functions');
  });
}

const timescale = await onTimescale();
const postgres = await onPostgres();
await bothLookAlike(timescale, postgres);
process.exitCode = conclude();
await timescale.close();
await postgres.close();

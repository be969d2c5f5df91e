// Runs the service's migrations on TimescaleDB and on plain PostgreSQL, fills both with the same observations, and
// compares every function and aggregate with the answer computed from the rows themselves (reference.mjs).

import { aggregatesAgree, at, evidenceAgrees, everythingAgrees, seedQueriesWork, summaryAgrees } from './agreements.mjs';
import { agree, check, conclude } from './checks.mjs';
import { all, migrate, migrations, one, open, openSchema, store } from './database.mjs';
import { bucketsHold, theCatalogHolds } from './laws.mjs';
import { DAY, HOUR, NOW, Observer } from './observations.mjs';
import { outcomesWork } from './outcomes.mjs';

const TODAY = Math.floor(NOW / DAY) * DAY;

/** @param release the version of the database whose release makes them */
function observations(release = Infinity) {
  const observer = new Observer(20261124, release);
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

async function runJobs(database, procedure, extension = '') {
  const jobs = await all(
    database,
    'select job_id from timescaledb_information.jobs where proc_name = $1 order by job_id', [procedure]);
  for (const { job_id: job } of jobs) {
    await database.exec(`call ${extension}run_job(${job})`);
  }
  return jobs.length;
}

/** Minutes that are over a day old go into the sums, and the evidence does not change by it. */
async function minutesFold(database, rows) {
  await check('minutes that are over a day old are folded, and the evidence stays what it was', async () => {
    const { folded } = await one(database, 'select fold_ab_test_account() as folded');
    const { old } = await one(
      database,
      "select count(*) as old from ab_test_account where block >= 0 and hour < now() - interval '1 day 1 hour'",
    );
    agree([folded > 0, old], [true, 0], 'minutes');
  });
  await everythingAgrees('after folding', database, rows);
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
  const stored = [...rows, ...ancient];
  await check('a batch that is sent again is not new', async () => {
    agree(await store(database, rows.slice(0, 700)), 0, 'new rows');
  });
  await everythingAgrees('before any refresh', database, stored);

  await check('both aggregates refresh under their own names', async () => {
    await database.exec("call refresh_continuous_aggregate('ab_test_metrics_hourly', null, null)");
    await database.exec("call refresh_continuous_aggregate('ab_test_metrics_daily', null, null)");
  });
  await everythingAgrees('after a refresh', database, stored);
  await check('the queries of the monitoring guide work as written', () => seedQueriesWork(database, stored));

  await check('no two jobs begin at the same moment, and the refreshes begin first', async () => {
    const jobs = await all(database, `
      select proc_name, (extract(epoch from initial_start - min(initial_start) over ()) / 60)::integer as minute
      from timescaledb_information.jobs where job_id >= 1000 order by initial_start`);
    agree(jobs.map(({ proc_name: name, minute }) => `${minute} ${name}`), [
      '0 policy_refresh_continuous_aggregate', '1 policy_refresh_continuous_aggregate', '2 policy_compression',
      '3 policy_retention',
    ], 'jobs');
  });

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

  await check('the service can read the length of the retention policy', async () => {
    // the query of RetentionPolicy.java
    const policies = await all(database, `
      select extract(epoch from (config ->> 'drop_after')::interval)::bigint as seconds
      from timescaledb_information.jobs where proc_name = 'policy_retention'
          and hypertable_schema = current_schema() and hypertable_name = 'ab_test_results'`);
    agree(policies.map(({ seconds }) => Number(seconds)), [90 * 24 * 60 * 60], 'retention');
  });

  const late = lateRows(observer);
  await store(database, late);
  stored.push(...late);
  await check('the refresh policies run', async () => {
    agree(await runJobs(database, 'policy_refresh_continuous_aggregate'), 2, 'refresh jobs');
    agree(await runJobs(database, 'policy_refresh_continuous_aggregate'), 2, 'refresh jobs');
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
  await check('after retention, the evidence is that of every row once', () => evidenceAgrees(database, stored));
  await minutesFold(database, stored);
  await longNamesAreKept(database, 10);
  return database;
}

/** Rows as the service stores them: of a name that does not fit into the column, the column has the beginning. */
async function longNamesAreKept(database, width) {
  await check(`actions with names of 32 characters are kept whole where a column has ${width}`, async () => {
    agree((await one(database, 'select ab_test_action_width() as width')).width, width, 'width');
    const store = (one, other) => database.query(`
      with stored as (
          insert into ab_test_results (row_id, time, test_id, generation, request_id, unit_id, symbol, assigned_group, served_by,
              control_action, treatment_action, actions_match, control_action_name, treatment_action_name, control_confidence,
              treatment_confidence, confidence_delta, control_latency_ms, treatment_latency_ms, latency_delta_ms)
          select gen_random_uuid(), now(), 'long_names', 1, 'r', 'u', 'SPX', 'shadow', 'control',
              left(c, ab_test_action_width()), left(t, ab_test_action_width()), c = t,
              case when length(c) > ab_test_action_width() then c end, case when length(t) > ab_test_action_width() then t end,
              0.5, 0.5, 0, 1, 1, 0
          from (values ($1::varchar, $2::varchar)) as given (c, t)
          returning ab_test_results as result
      )
      select ab_test_book(array_agg(result)) as stored from stored`, [one, other]);
    const longest = 'A'.repeat(32);
    await store('STRONG_SELL', 'STRONG_SELLING');
    await store(longest, longest);
    await store('HOLD', 'BUY');
    const expected = [`${longest} ${longest} 1`, 'HOLD BUY 1', 'STRONG_SELL STRONG_SELLING 1'];
    for (const from of ["'2000-01-01'", "now() - interval '1 minute'"]) {
      const counts = await all(database, `
        select control_action || ' ' || treatment_action || ' ' || count as line
        from ab_test_actions('long_names', ${from}, now() + interval '1 minute') order by 1`);
      agree(counts.map(({ line }) => line).sort(), expected, `from ${from}`);
    }
  });
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
  await check('a batch that is sent again is not new', async () => {
    agree(await store(database, rows.slice(0, 700)), 0, 'new rows');
  });
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
  await check('after the purge, the evidence is that of every row once', () => evidenceAgrees(database, stored));
  await minutesFold(database, stored);
  await longNamesAreKept(database, 32);
  return database;
}

/** A second installation beside that in public, which neither sees. */
async function inASchemaOfItsOwn(flavour, database) {
  console.log(`a schema of its own on ${flavour}`);
  const { count: before } = await one(database, 'select count(*) from public.ab_test_results');
  await openSchema(database, flavour, 'understudy');
  const { rows } = observations();
  await create(database);
  await store(database, rows);
  await everythingAgrees('in a schema of its own', database, rows);
  if (flavour === 'timescaledb') {
    await database.exec("call public.refresh_continuous_aggregate('ab_test_metrics_hourly', null, null)");
    await runJobs(database, 'policy_refresh_continuous_aggregate', 'public.');
    await everythingAgrees('in a schema of its own, after its policies', database, rows);
  }
  await check('changes of a schema are announced on a channel of its own, and nothing is stored beside it', async () => {
    const heard = [];
    const unlisten = [
      await database.listen('ab_test_changes', () => heard.push('public')),
      await database.listen('ab_test_changes_understudy', () => heard.push('understudy')),
    ];
    await database.exec("update ab_test_configs set description = 'changed' where test_id = 'bull_v2_canary'");
    await Promise.all(unlisten.map((stop) => stop()));
    const { count } = await one(database, 'select count(*) from public.ab_test_results');
    agree([heard, count], [['understudy'], before], 'channels, rows in public');
  });
  await outcomesWork(database);
  await database.exec('set search_path = public');
}

/** A row with the columns that an earlier release knew: until version 9 no pairs, no digests and no words of a failure. */
function asBefore(row, release) {
  const { control_late, control_queued, coarse, gone, ...known } = row;
  const { control_model, treatment_model, control_model_digest, treatment_model_digest, ...rest } = known;
  const { control_error_detail, treatment_error_detail, pair, ...before } = rest;
  return release < 9 ? before : known;
}

const asKept = (row, release) => ({
  ...row,
  control_model_digest: release < 9 ? null : row.control_model_digest,
  treatment_model_digest: release < 9 ? null : row.treatment_model_digest,
  coarse: true,
  gone: Date.parse(row.time) < NOW - 91 * DAY,
});

/** With a policy that begins when its last run has ended. */
async function aTableOfAnotherApplication(database) {
  await database.exec(`
    create table others (time timestamptz not null);
    select create_hypertable('others', 'time');
    select add_retention_policy('others', interval '1 year')`);
  await database.exec(`
    select alter_job(job_id, fixed_schedule => false) from timescaledb_information.jobs where hypertable_name = 'others'`);
}

/** A database of an earlier release, with data whose rows are gone, is migrated; figures stay, and new rows come to them. */
async function anUpgradeKeepsEverything(flavour, release) {
  console.log(`an upgrade from version ${release} on ${flavour}`);
  const { rows, observer } = observations(release);
  const database = await open(flavour, release);
  await create(database);
  await database.exec('create role dashboards');
  await database.exec('grant select on ab_test_metrics_hourly, ab_test_metrics_daily to dashboards');
  const before = [...rows, ...veryOldRows(observer)].map((row) => asKept(row, release));
  await store(database, before.map((row) => asBefore(row, release)), 500, 'ab_test_account');
  if (flavour === 'timescaledb') {
    await database.exec("call refresh_continuous_aggregate('ab_test_metrics_hourly', null, null)");
    for (const aggregate of [
      'metrics_daily',
      'sums_hourly',
      'control_latency_hourly',
      'treatment_latency_hourly',
      'control_latency_daily',
      'treatment_latency_daily',
    ]) {
      await database.exec(`call refresh_continuous_aggregate('ab_test_${aggregate}', null, '${at(NOW)}')`);
    }
    for (const procedure of ['policy_refresh_continuous_aggregate', 'policy_compression', 'policy_retention']) {
      await runJobs(database, procedure);
    }
  } else {
    await database.exec('select purge_ab_test_results()');
  }
  await check('the rows of the oldest hours are gone before the upgrade', async () => {
    const { left } = await one(database, "select count(*) as left from ab_test_results where time < now() - interval '91 days'");
    agree(left, 0, 'rows');
  });

  if (flavour === 'timescaledb') {
    await aTableOfAnotherApplication(database);
  }
  const others = "select fixed_schedule from timescaledb_information.jobs where hypertable_name = 'others'";
  await migrate(database, flavour, release);
  if (flavour === 'timescaledb') {
    await check('the jobs of other applications are left alone', async () => {
      agree(await all(database, others), [{ fixed_schedule: false }], 'jobs');
    });
    await runJobs(database, 'policy_refresh_continuous_aggregate');
  }
  await check('after the upgrade, both aggregates answer as the rows did', () => aggregatesAgree(database, before));
  await check('after the upgrade, get_ab_test_summary covers the whole test', () => summaryAgrees(database, before));
  await check('after the upgrade, the evidence is that of every row once', () => evidenceAgrees(database, before));
  await check('who could read the aggregates still can', async () => {
    for (const aggregate of ['ab_test_metrics_hourly', 'ab_test_metrics_daily']) {
      const { may } = await one(database, "select has_table_privilege('dashboards', $1, 'select') as may", [aggregate]);
      agree(may, true, aggregate);
    }
  });

  // yesterday's bucket is refreshed from one o'clock on
  const present = new Observer(20261128);
  const pairs = Array.from({ length: 300 }, (_, index) => present.split(NOW - 2 * DAY + index * 60_000, 'bull_v2_canary', 3, 0.4));
  await store(database, pairs);
  const stored = [...before, ...pairs];
  if (flavour === 'timescaledb') {
    await runJobs(database, 'policy_refresh_continuous_aggregate');
  }
  await check('pairs of a split come to what was there before', () => aggregatesAgree(database, stored));
  await check('their evidence stands apart by version', () => evidenceAgrees(database, stored));
  await database.close();
}

async function bothLookAlike(timescale, postgres) {
  const columns = `
    select table_name, column_name, data_type from information_schema.columns
    where table_schema = 'public' and table_name in ('ab_test_configs', 'ab_test_events', 'ab_model_promotions',
        'ab_catalog_version', 'ab_test_results', 'ab_test_account', 'ab_test_evidence', 'ab_test_units', 'ab_test_latencies', 'ab_test_histograms',
        'ab_test_tallies', 'ab_test_metrics_hourly', 'ab_test_metrics_daily')
    order by table_name, column_name`;
  const functions = `
    select proname, pg_get_function_arguments(oid) as arguments, pg_get_function_result(oid) as result from pg_proc
    where pronamespace = 'public'::regnamespace and proname ~ '^(ab_|get_ab_|verify_|purge_|fold_)' and prorettype <> 'trigger'::regtype
    order by proname`;
  await check('tables, aggregates and functions look the same in both', async () => {
    agree(await all(timescale, columns), await all(postgres, columns), 'columns');
    agree(await all(timescale, functions), await all(postgres, functions), 'functions');
  });
}

const timescale = await onTimescale();
const postgres = await onPostgres();
await bothLookAlike(timescale, postgres);
await outcomesWork(timescale);
await outcomesWork(postgres);
await inASchemaOfItsOwn('timescaledb', timescale);
await inASchemaOfItsOwn('postgresql', postgres);
for (const release of [8, 13]) {
  await anUpgradeKeepsEverything('timescaledb', release);
  await anUpgradeKeepsEverything('postgresql', release);
}
process.exitCode = conclude();
await timescale.close();
await postgres.close();

// Compares what the database answers with what reference.mjs computes from the same rows.

import { agree, agreeExactly, check } from './checks.mjs';
import { all, one } from './database.mjs';
import { DAY, HOUR, NOW } from './observations.mjs';
import * as reference from './reference.mjs';

const THIS_HOUR = Math.floor(NOW / HOUR) * HOUR;
const TODAY = Math.floor(NOW / DAY) * DAY;

export const at = (millis) => (Number.isFinite(millis) ? new Date(millis).toISOString() : millis > 0 ? 'infinity' : '-infinity');

const WINDOWS = {
  'the last 24 hours': [NOW - DAY, Infinity],
  'the last 30 days': [NOW - 30 * DAY, Infinity],
  'all time': [-Infinity, Infinity],
  'whole hours': [THIS_HOUR - 5 * HOUR, THIS_HOUR - 2 * HOUR],
  'incomplete hours at both ends': [THIS_HOUR - 5 * HOUR + 1_234_567, THIS_HOUR - 2 * HOUR + 2_345_678],
  'a piece of one hour': [THIS_HOUR - 2 * HOUR + 600_000, THIS_HOUR - 2 * HOUR + 1_800_000],
  'a piece that spans two hours': [THIS_HOUR - 3 * HOUR + 3_000_000, THIS_HOUR - 2 * HOUR + 600_000],
  'days with incomplete ends': [NOW - 6 * DAY + 1_234_567, NOW - DAY + 2_345_678],
  'one day exactly': [TODAY - 2 * DAY, TODAY - DAY],
  'across midnight': [TODAY - 2 * DAY - HOUR - 600_000, TODAY - 2 * DAY + HOUR + 600_000],
  'up to this moment': [NOW - 10 * HOUR, NOW],
  'no time at all': [NOW - HOUR, NOW - HOUR],
  'the future': [NOW + 5 * HOUR, Infinity],
};
const TESTS = ['bear_v2_shadow', 'bull_v2_canary', 'unknown'];

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

export async function aggregatesAgree(database, rows) {
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
        if (Math.abs(actual - exact) > 0.0025001 * exact) {
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
        // by the clock that the database asks, which has moved on since the rows were made
        reference.split(reference.inWindow(rows, testId, Date.now() - hours * HOUR, Infinity)),
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

export async function summaryAgrees(database, rows) {
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

/** @param rows in the order in which they were stored */
export async function evidenceAgrees(database, rows) {
  for (const testId of TESTS) {
    const expected = reference.evidence(rows.filter((row) => row.test_id === testId));
    const answers = await all(database, 'select * from ab_test_evidence_by_generation($1)', [testId]);
    const key = (answer) => `${answer.generation} ${answer.control_digest} ${answer.treatment_digest}`;
    agree(answers.map(key).sort(), Object.keys(expected).sort(), `parts of ${testId}`);
    const histogram = (answer, paired) => Object.fromEntries(
      answer.latencies.filter((part) => part[1] === paired).map(([arm, , bucket, count]) => [`${arm} ${bucket}`, count]),
    );
    for (const answer of answers) {
      agree(
        { ...answer, histogram: histogram(answer, false), pairedHistogram: histogram(answer, true) },
        expected[key(answer)],
        `${testId}, ${key(answer)}`,
      );
      blocksAgree(answer, `${testId}, ${key(answer)}`);
    }
  }
}

/** Blocks are in order, and their sums are those of the whole. */
function blocksAgree(answer, where) {
  const total = (name) => answer.blocks.reduce((whole, block) => whole + block[name], 0);
  agree(answer.blocks.map((block) => block.start), answer.blocks.map((block) => block.start).sort((a, b) => a - b), where);
  agree(
    [total('pair_count'), total('agree_count')], [answer.pair_count, answer.agree_count], `blocks of ${where}`);
  for (const arm of ['control', 'treatment']) {
    for (const name of ['requests', 'failures', 'failing_units']) {
      agree(total(`${arm}_${name}`), answer[`${arm}_${name}`], `${arm}_${name} in blocks of ${where}`);
    }
    agree(total(`${arm}_only_units`), answer[`${arm}_only_units`], `${arm}_only_units in blocks of ${where}`);
  }
}

export async function seedQueriesWork(database, rows) {
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

export async function everythingAgrees(when, database, rows) {
  await check(`${when}, every function answers as the rows do, for every window`, () => functionsAgree(database, rows));
  await check(`${when}, both aggregates answer as the rows do`, () => aggregatesAgree(database, rows));
  await check(`${when}, quantiles are within 0.25% of the exact ones`, () => quantilesAgree(database, rows));
  await check(`${when}, verify_traffic_split uses the split that held for each row`, () => splitAgrees(database, rows));
  await check(`${when}, get_ab_test_summary covers the whole test`, () => summaryAgrees(database, rows));
  await check(`${when}, the evidence is that of every row once`, () => evidenceAgrees(database, rows));
}


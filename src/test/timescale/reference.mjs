// What the functions must answer, computed row by row, without SQL. This is the definition of each figure.

import { DAY, HOUR } from './observations.mjs';

const inArm = (row, arm) => row.assigned_group === arm || row.assigned_group === 'shadow';
const isAnswer = (row, arm) => inArm(row, arm) && row[`${arm}_action`] !== null;
const isPair = (row) => row.control_action !== null && row.treatment_action !== null;
const ended = (row, arm) => row[`${arm}_action`] !== null || row[`${arm}_error`] !== null;
const splitPair = (row) => row.pair === 'paired' && ended(row, 'control') && ended(row, 'treatment');
const bothAsked = (row) => row.assigned_group === 'shadow' || splitPair(row);
const late = (row) => row.control_late === true && row.control_action !== null;
const failed = (row, arm) =>
  (['error', 'invalid', 'timeout'].includes(row[`${arm}_error`]) || (arm === 'control' && late(row))) &&
  !(arm === 'control' && row.control_queued === true);
const waited = (row, arm) =>
  ['rejected', 'queued'].includes(row[`${arm}_error`]) || (arm === 'control' && row.control_queued === true);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const sumOfSquares = (numbers) => sum(numbers.map((number) => number * number));
const count = (rows, condition) => rows.filter(condition).length;
const mean = (numbers) => (numbers.length === 0 ? null : sum(numbers) / numbers.length);

function stddev(numbers) {
  if (numbers.length < 2) {
    return null;
  }
  const centre = mean(numbers);
  return Math.sqrt(sumOfSquares(numbers.map((number) => number - centre)) / (numbers.length - 1));
}

/** Rows of one test in [from, to), times in milliseconds since 1970. */
export function inWindow(rows, testId, from, to) {
  return rows.filter((row) => row.test_id === testId && Date.parse(row.time) >= from && Date.parse(row.time) < to);
}

export function stats(rows) {
  const arm = (name) => {
    const answers = rows.filter((row) => isAnswer(row, name));
    const confidences = answers.map((row) => row[`${name}_confidence`]);
    const latencies = answers.map((row) => row[`${name}_latency_ms`]);
    return {
      [`${name}_answers`]: answers.length,
      [`${name}_confidence_sum`]: sum(confidences),
      [`${name}_confidence_sumsq`]: sumOfSquares(confidences),
      [`${name}_latency_sum`]: sum(latencies),
      [`${name}_latency_sumsq`]: sumOfSquares(latencies),
      [`${name}_error_count`]: count(rows, (row) => inArm(row, name) && row[`${name}_error`] !== null),
    };
  };
  const pairs = rows.filter(isPair);
  const confidenceDeltas = pairs.map((row) => row.confidence_delta);
  const latencyDeltas = pairs.map((row) => row.latency_delta_ms);
  return {
    total_samples: rows.length,
    control_count: count(rows, (row) => row.assigned_group === 'control'),
    treatment_count: count(rows, (row) => row.assigned_group === 'treatment'),
    shadow_count: count(rows, (row) => row.assigned_group === 'shadow'),
    ...arm('control'),
    ...arm('treatment'),
    fallback_count: count(rows, (row) => row.fallback !== null),
    pair_count: pairs.length,
    agree_count: count(pairs, (row) => row.actions_match),
    confidence_delta_sum: sum(confidenceDeltas),
    confidence_delta_sumsq: sumOfSquares(confidenceDeltas),
    latency_delta_sum: sum(latencyDeltas),
    latency_delta_sumsq: sumOfSquares(latencyDeltas),
  };
}

/** One row of ab_test_metrics_hourly or _daily: the sums and what is derived from them. */
export function metrics(rows) {
  const { total_samples: samples, ...sums } = stats(rows);
  const of = (arm, column) => rows.filter((row) => isAnswer(row, arm)).map((row) => row[`${arm}_${column}`]);
  const pairs = rows.filter(isPair);
  const derived = { samples, ...sums, agreement_rate: mean(pairs.map((row) => (row.actions_match ? 1 : 0))) };
  for (const arm of ['control', 'treatment']) {
    for (const column of ['confidence', 'latency_ms']) {
      derived[`avg_${arm}_${column}`] = mean(of(arm, column));
      derived[`stddev_${arm}_${column}`] = stddev(of(arm, column));
    }
  }
  for (const column of ['confidence_delta', 'latency_delta_ms']) {
    derived[`avg_${column}`] = mean(pairs.map((row) => row[column]));
    derived[`stddev_${column}`] = stddev(pairs.map((row) => row[column]));
  }
  return derived;
}

/** The rows of each (test, bucket), by the bucket's start in milliseconds. */
export function byBucket(rows, width) {
  const buckets = new Map();
  for (const row of rows) {
    const start = Math.floor(Date.parse(row.time) / width) * width;
    const key = `${row.test_id} ${start}`;
    buckets.set(key, [...(buckets.get(key) ?? []), row]);
  }
  return buckets;
}

export const WIDTHS = { ab_test_metrics_hourly: HOUR, ab_test_metrics_daily: DAY };

export const LAST_BUCKET = 4148;

/** DDSketch's mapping, with buckets that are 0.5% wide. */
export function latencyBucket(millis) {
  if (millis > 1e9) {
    return LAST_BUCKET;
  }
  return millis > 0.001 ? Math.ceil((4 * Math.log(millis)) / Math.log(1.01 / 0.99)) : -1384;
}

export function latencies(rows, arm) {
  return rows.filter((row) => isAnswer(row, arm)).map((row) => row[`${arm}_latency_ms`]);
}

export function histogram(rows) {
  return tally(
    ['control', 'treatment'].flatMap((arm) => latencies(rows, arm).map((millis) => `${arm} ${latencyBucket(millis)}`)),
  );
}

export function actions(rows) {
  return tally(rows.map((row) => `${row.assigned_group} ${row.control_action} ${row.treatment_action}`));
}

export function split(rows) {
  const assigned = rows.filter((row) => row.assigned_group !== 'shadow' && row.configured_split !== null);
  const expected = mean(assigned.map((row) => row.configured_split));
  const actual = mean(assigned.map((row) => (row.assigned_group === 'treatment' ? 1 : 0)));
  return {
    expected_split: expected,
    actual_split: actual,
    delta: expected === null ? null : actual - expected,
    within_tolerance: expected === null ? null : Math.abs(actual - expected) <= 0.02,
    sample_size: assigned.length,
  };
}

/** The exact value at rank ceil(q n). */
export function quantile(numbers, q) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

export function tally(keys) {
  const counts = {};
  for (const key of keys) {
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** What evidence is kept by. */
export const keyOf = (row) => `${row.generation} ${row.control_model_digest ?? ''} ${row.treatment_model_digest ?? ''}`;

/** The minute of a row's generation and versions: what is left out of the evidence if one of its requests was fenced. */
const minuteOf = (row) => `${keyOf(row)} ${row.time.slice(0, 'yyyy-mm-ddThh:mm'.length)}`;

/** The evidence of one test by generation and versions, from its rows in the order in which they were stored. */
export function evidence(rows) {
  const fenced = new Set(rows.filter((row) => row.fallback === 'fenced').map(minuteOf));
  const seen = new Set();
  const first = new Set(
    rows.filter((row) => row.assigned_group !== 'shadow' && (ownUnit(row) || (!seen.has(row.unit_id) && seen.add(row.unit_id)))),
  );
  const sound = rows.filter((row) => !fenced.has(minuteOf(row)));
  // which units had failed is known of rows that were there when the ledger began
  const firstFailed = firstOfEachUnit(sound.filter((row) => !row.gone));
  const parts = {};
  for (const key of new Set(rows.map(keyOf))) {
    const stored = rows.filter((row) => keyOf(row) === key);
    parts[key] = ofOnePart(stored, stored.filter((row) => sound.includes(row)), first, firstFailed);
  }
  return parts;
}

const ownUnit = (row) => row.unit_id === row.request_id;

/** The rows with which units failed for the first time, by kind: each unit once for each pair of versions. */
function firstOfEachUnit(rows) {
  const versions = (row) => `${row.control_model_digest ?? ''} ${row.treatment_model_digest ?? ''}`;
  const kinds = {
    split: (row) => row.assigned_group !== 'shadow' && failed(row, row.assigned_group),
    shadow_control: (row) => row.assigned_group === 'shadow' && failed(row, 'control'),
    shadow_treatment: (row) => row.assigned_group === 'shadow' && failed(row, 'treatment'),
    pair: (row) => controlOnly(row) || treatmentOnly(row),
  };
  const known = new Set();
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, fails]) => [kind, new Set(rows.filter((row) => {
      const key = `${kind} ${versions(row)} ${row.unit_id}`;
      return fails(row) && (ownUnit(row) || (!known.has(key) && known.add(key)));
    }))]),
  );
}

const controlOnly = (row) => bothAsked(row) && failed(row, 'control') && row.treatment_action !== null;
const treatmentOnly = (row) =>
  bothAsked(row) && failed(row, 'treatment') && row.control_action !== null && !failed(row, 'control') && !waited(row, 'control');

/** Whether the model ran, for better or worse. */
const ran = (row, arm) => inArm(row, arm) && (failed(row, arm) || (row[`${arm}_action`] !== null && !waited(row, arm)));

function ofOnePart(stored, rows, first, firstFailed) {
  const inGroup = (group) => (row) => row.assigned_group === group;
  const batches = (arm) => {
    const minutes = new Map();
    for (const row of rows.filter((own) => isAnswer(own, arm))) {
      const minute = row.time.slice(0, 'yyyy-mm-ddThh:mm'.length);
      minutes.set(minute, [...(minutes.get(minute) ?? []), row[`${arm}_latency_ms`]]);
    }
    const means = [...minutes.values()].map(mean);
    return {
      [`${arm}_batches`]: means.length,
      [`${arm}_batch_sum`]: sum(means),
      [`${arm}_batch_sumsq`]: sumOfSquares(means),
    };
  };
  const failingUnits = (arm) =>
    count(rows, (row) => firstFailed[`shadow_${arm}`].has(row) || (inGroup(arm)(row) && firstFailed.split.has(row)));
  const asked = rows.filter(bothAsked);
  const sums = stats(rows);
  const ofWindows = /^(total_samples|fallback_count|.*_error_count|(control|treatment|shadow)_count)$/;
  const shared = Object.fromEntries(Object.entries(sums).filter(([name]) => !ofWindows.test(name)));
  return {
    configured_split: stored[0].configured_split,
    control_count: count(stored, inGroup('control')),
    treatment_count: count(stored, inGroup('treatment')),
    shadow_count: count(stored, inGroup('shadow')),
    fenced: count(stored, (row) => row.fallback === 'fenced'),
    withheld:
      count(stored, (row) => !inGroup('control')(row) && !rows.includes(row)) +
      count(rows, (row) => !inGroup('control')(row) && row.fallback === 'test_disabled'),
    control_units: count(stored, (row) => inGroup('control')(row) && first.has(row)),
    treatment_units: count(stored, (row) => inGroup('treatment')(row) && first.has(row)),
    control_requests: count(rows, (row) => ran(row, 'control')),
    treatment_requests: count(rows, (row) => ran(row, 'treatment')),
    control_failures: count(rows, (row) => inArm(row, 'control') && failed(row, 'control')),
    treatment_failures: count(rows, (row) => inArm(row, 'treatment') && failed(row, 'treatment')),
    control_failing_units: failingUnits('control'),
    treatment_failing_units: failingUnits('treatment'),
    control_only_failures: count(asked, controlOnly),
    treatment_only_failures: count(asked, treatmentOnly),
    control_only_units: count(asked, (row) => controlOnly(row) && firstFailed.pair.has(row)),
    treatment_only_units: count(asked, (row) => treatmentOnly(row) && firstFailed.pair.has(row)),
    both_failures: count(asked, (row) => failed(row, 'control') && failed(row, 'treatment')),
    treatment_timeouts: count(rows, (row) => inArm(row, 'treatment') && row.treatment_error === 'timeout'),
    treatment_rejections: count(rows, (row) => inGroup('treatment')(row) && waited(row, 'treatment')),
    guard_open: count(rows, (row) => !inGroup('control')(row) && row.fallback === 'guard_open'),
    shed: count(rows.filter(inGroup('shadow')), (row) => waited(row, 'treatment')) + count(rows, (row) => row.pair === 'shed'),
    paired_rows: count(asked, (row) => row.assigned_group !== 'shadow'),
    ...shared,
    ...batches('control'),
    ...batches('treatment'),
    histogram: tally(['control', 'treatment'].flatMap((arm) => rows.filter((row) => inArm(row, arm)).flatMap((row) => passes(row, arm)))),
    pairedHistogram: tally(
      rows.filter((row) => row.assigned_group !== 'shadow').flatMap((row) => {
        const both = ['control', 'treatment'].flatMap((arm) => passes(row, arm, true));
        return both.length === 2 && (isPair(row) || row.pair === 'paired') ? both : [];
      }),
    ),
  };
}

/** A pass that was cut off, or came late, is in the last bucket. */
function passes(row, arm, paired = false) {
  const ofPart = (bucket) => [`${arm} ${bucket}`];
  if (row[`${arm}_action`] !== null && (paired || !waited(row, arm))) {
    const bucket = latencyBucket(row[`${arm}_latency_ms`]);
    // an earlier release had buckets four times as wide, of which the middle is taken
    return ofPart(arm === 'control' && late(row) ? LAST_BUCKET : row.coarse ? 4 * Math.ceil(bucket / 4) - 2 : bucket);
  }
  const counts = row[`${arm}_error`] === 'timeout' && !row.coarse && (paired || !waited(row, arm));
  return counts ? ofPart(LAST_BUCKET) : [];
}

// Numbers, times and states in words. No number is computed here that the API already says.

import {html, svg} from './lit.js';

const UNKNOWN = '–';
const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

export const count = value => value === null || value === undefined ? UNKNOWN : whole.format(value);

function digits(value, most) {
  return new Intl.NumberFormat('en', {maximumSignificantDigits: most, signDisplay: 'auto'}).format(value).replace('-', '−');
}

export const number = (value, most = 4) => value === null || value === undefined ? UNKNOWN : digits(value, most);

export const percent = (value, most = 4) => value === null || value === undefined ? UNKNOWN : digits(value * 100, most) + '%';

/** An e-value: people compare it with 1/α. */
export function evidence(log) {
  if (log === null || log === undefined) {
    return UNKNOWN;
  }
  const ten = log / Math.LN10;
  if (ten < -3) {
    return 'below 0.001';
  }
  return ten > 6 ? 'about 10^' + Math.floor(ten) : digits(Math.exp(log), 2);
}

const MEASURES = {
  agreement: {title: 'Same action', unit: 'fraction', limit: 'at least', counted: 'pairs'},
  p95_latency_delta_ms: {title: 'P95 latency, treatment minus control', unit: 'ms', limit: 'at most', counted: 'answers of the smaller arm'},
  confidence_delta: {title: 'Mean confidence, treatment minus control', unit: 'number', limit: 'at most ±', counted: 'pairs'},
  split_deviation: {title: 'Split, drawn minus configured', unit: 'points', limit: 'at most ±', counted: 'units'},
  error_rate_delta: {title: 'Failures, treatment minus control', unit: 'points', limit: 'at most', counted: 'requests of treatment'},
  outcome_delta: {title: 'Earnings per block, treatment minus control', unit: 'points', limit: 'at least', counted: 'blocks'}
};

/**
 * Samples from which each guardrail of a new test may be said to be broken and kept, with usual limits; docs/statistics.md has the reasons,
 * and the report of a test has the figures that apply to it.
 */
export const NEEDS = [
  ['agreement', 1490, 5000], ['p95_latency_delta_ms', 1500, 1500], ['confidence_delta', 100, 100], ['split_deviation', 100, 100], ['error_rate_delta', 0, 100]
];

export const measure = name => MEASURES[name] || {title: name.replaceAll('_', ' '), unit: 'number', limit: '', counted: 'samples'};

export function amount(name, value) {
  if (value === null || value === undefined) {
    return UNKNOWN;
  }
  switch (measure(name).unit) {
    case 'fraction': return percent(value);
    case 'points': return digits(value * 100, 3) + ' pp';
    case 'ms': return digits(value, 3) + ' ms';
    default: return digits(value, 3);
  }
}

// --- states: a word and a shape each, colour only besides ---

const STATES = {
  none: {word: 'No data yet', shape: svg`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 2.2"/>`},
  collecting: {word: 'Collecting', shape: svg`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 2 A6 6 0 0 1 14 8 L8 8 Z" fill="currentColor"/>`},
  harm: {word: 'Harm shown', shape: svg`<path d="M8 1 L15.5 14.5 L0.5 14.5 Z" fill="currentColor"/><path d="M8 6 L8 10 M8 11.7 L8 13" stroke="var(--paper)" stroke-width="1.6"/>`},
  sound: {word: 'Nothing wrong shown within the limit', shape: svg`<rect x="1.5" y="1.5" width="13" height="13" rx="2.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M4.5 8.2 L7 10.7 L11.7 5.3" fill="none" stroke="currentColor" stroke-width="1.8"/>`},
  never: {word: 'Cannot be told at this rate', shape: svg`<path d="M8 1 L15 8 L8 15 L1 8 Z" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M5 8 L11 8" stroke="currentColor" stroke-width="1.8"/>`},
  off: {word: 'Off', shape: svg`<path d="M3 3 L13 13 M13 3 L3 13" stroke="currentColor" stroke-width="1.5"/>`},
  promoted: {word: 'Promoted', shape: svg`<path d="M8 1.5 L14 8 L10.5 8 L10.5 14.5 L5.5 14.5 L5.5 8 L2 8 Z" fill="currentColor"/>`},
  deleted: {word: 'Deleted', shape: svg`<path d="M2 4 L14 4 M6 4 L6 2 L10 2 L10 4 M4 4 L5 14.5 L11 14.5 L12 4" fill="none" stroke="currentColor" stroke-width="1.5"/>`}
};

const shape = key => html`<svg class="shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${STATES[key].shape}</svg>`;

export const state = (key, word) => html`<span class="state ${key}">${shape(key)}<span>${word || STATES[key].word}</span></span>`;

/** Longer than this, and a person will not wait for it. */
const LONGEST_WAIT_DAYS = 60;

/**
 * The state of a guardrail.
 *
 * @param guardrail of the report
 * @param points of its history
 */
export function stateOf(guardrail, points) {
  if (guardrail.state === 'breached') {
    return 'harm';
  }
  if (guardrail.state === 'passed') {
    return 'sound';
  }
  if (!guardrail.samples) {
    return 'none';
  }
  const wait = waitHours(guardrail, points);
  return wait !== null && wait > LONGEST_WAIT_DAYS * 24 ? 'never' : 'collecting';
}

const LEAST_HOURS = 1 / 60;

/**
 * Hours until the minimum to pass is there, at the rate of the points of its history; infinite if no samples come. Null if samples are not
 * what is missing, or if the history is too short to know a rate.
 */
export function waitHours(guardrail, points) {
  const needed = guardrail.minimum_samples_to_pass;
  if (!needed || !guardrail.samples || guardrail.samples >= needed) {
    return null;
  }
  // a new generation counts from nothing, so the rate is that since the last fall
  const begin = points.findLastIndex((point, place) => place > 0 && point.samples < points[place - 1].samples);
  const first = points[Math.max(begin, 0)];
  const last = points.at(-1);
  const hours = last ? (last.at - first.at) / 3600000 : 0;
  return hours < LEAST_HOURS ? null : (needed - guardrail.samples) / ((last.samples - first.samples) / hours);
}

const VERDICTS = {
  promote: {word: 'Nothing wrong shown: may be promoted', key: 'sound'},
  roll_back: {word: 'Harm shown: roll back', key: 'harm'},
  keep_running: {word: 'Not decided yet: keep it running', key: 'collecting'},
  insufficient_data: {word: 'Not decided yet', key: 'collecting'}
};

export const verdict = name => VERDICTS[name] || {word: (name || 'not evaluated yet').replaceAll('_', ' '), key: 'none'};

// --- time ---

let utc = localStorage.getItem('understudy.time') !== 'local';
export const clock = {
  get utc() { return utc; },
  toggle() { utc = !utc; localStorage.setItem('understudy.time', utc ? 'utc' : 'local'); }
};

export function time(text) {
  if (!text) {
    return UNKNOWN;
  }
  const at = new Date(text);
  const shown = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    timeZone: utc ? 'UTC' : undefined, timeZoneName: 'short'
  }).format(at);
  return html`<time datetime=${text} title=${ago(at) + ' ago'}>${shown}</time>`;
}

export function duration(seconds) {
  if (seconds < 90) {
    return Math.max(0, Math.round(seconds)) + ' s';
  }
  if (seconds < 5400) {
    return Math.round(seconds / 60) + ' min';
  }
  if (seconds < 129600) {
    return Math.round(seconds / 3600) + ' h';
  }
  return Math.round(seconds / 86400) + ' days';
}

export const ago = at => duration((Date.now() - new Date(at).getTime()) / 1000);

export const hoursSince = text => (Date.now() - new Date(text).getTime()) / 3600000;

const MODES = {shadow: 'Shadow', traffic_split: 'Split'};
export const mode = name => MODES[name] || name;

/**
 * Whether a test runs, and what ended it: on, off, promoted or deleted. A promotion switches its test off, but the treatment answers since
 * then; a promotion outlives its test.
 */
export const life = test => test.deleted_at ? 'deleted' : test.enabled ? 'on' : test.promotion ? 'promoted' : 'off';

export const promoted = ({model, serves}) => html`Promoted: <bdi>${serves}</bdi> answers for <bdi>${model}</bdi>`;

const by = actor => actor ? html`, by <bdi>${actor}</bdi>` : '';

const OVER = {
  off: () => 'Off. Control answers every request.',
  promoted: ({promotion}) => html`${promoted(promotion)} since ${time(promotion.since)}${by(promotion.by)}${promotion.approved_by ? html`, approved by <bdi>${promotion.approved_by}</bdi>` : ''}. The test is over.`,
  deleted: ({deleted_at, promotion}, who) => html`Deleted since ${time(deleted_at)}${by(who)}. Its results and its trail are kept.${promotion
    ? html` It was promoted, and <bdi>${promotion.serves}</bdi> still answers for <bdi>${promotion.model}</bdi>.` : ''}`
};

/**
 * How things stand, in a line: "Shadow, day 3. 41,210 pairs. Nothing broken. About 2,900 more for P95."
 *
 * @param who deleted the test, if that is known
 */
export function sentence(report, who) {
  const test = report.test;
  const over = OVER[life(test)];
  if (over) {
    return over(test, who);
  }
  const parts = [];
  const day = Math.floor(hoursSince(test.created_at) / 24) + 1;
  parts.push(test.mode === 'shadow'
    ? `Shadow, day ${day}.`
    : `Split, ${percent(test.traffic_split)} to treatment, day ${day}.`);
  const pairs = report.guardrails.find(each => each.measure === 'agreement');
  if (pairs) {
    parts.push(`${count(pairs.samples)} pairs.`);
  }
  const broken = report.guardrails.filter(each => each.state === 'breached');
  parts.push(broken.length
    ? 'Broken: ' + broken.map(each => measure(each.measure).title.toLowerCase()).join('; ') + '.'
    : 'Nothing broken.');
  const missing = report.guardrails
    .filter(each => each.required && each.state === 'undecided' && each.minimum_samples_to_pass > each.samples)
    .map(each => `about ${count(each.minimum_samples_to_pass - each.samples)} more ${measure(each.measure).counted} for ${measure(each.measure).title.toLowerCase()}`);
  if (missing.length) {
    const all = missing.join('; ');
    parts.push(all[0].toUpperCase() + all.slice(1) + '.');
  }
  return parts.join(' ');
}

export const version = text => text ? html`<bdi class="version">${text}</bdi>` : html`<span class="version">no model</span>`;

const ACTIONS = {
  enabled: 'switched on', disabled: 'switched off', split_updated: 'changed the split', guardrails_updated: 'changed the guardrails',
  outcome_updated: 'changed the outcome plan', symbols_updated: 'changed the symbols', promotion_reverted: 'took the promotion back', promotion_overridden: 'promoted against the verdict',
  ramp_started: 'started the ramp', ramp_step: 'moved the ramp on', ramp_awaiting_approval: 'ramp awaits approval', ramp_approved: 'approved the ramp’s step',
  ramp_paused: 'paused the ramp', ramp_resumed: 'resumed the ramp', ramp_aborted: 'ended the ramp', ramp_finished: 'ramp finished'
};
export const action = name => ACTIONS[name] || (name || '').replaceAll('_', ' ');

const SERVICE = new Set(['guard', 'guardrails', 'ramp', 'fence', 'models', 'understudy']);

/** The service's own parts; callers may not use these names. */
export const byService = actor => SERVICE.has(actor);


// Lines and bands over time, as SVG: they scale, print, and need no script of another library.

import {html, svg, nothing} from './lit.js';
import {amount, clock, evidence, measure} from './words.js';

const WIDTH = 460;
const HEIGHT = 150;
const PAD = {left: 78, right: 10, top: 10, bottom: 22};

const finite = value => typeof value === 'number' && Number.isFinite(value);

function scale(from, to, low, high) {
  const span = to - from || 1;
  return value => low + (value - from) / span * (high - low);
}

/** Runs of points that have all of these fields, so that a gap stays one. */
function runs(points, ...fields) {
  const all = [];
  let run = [];
  for (const point of points) {
    if (fields.every(field => finite(point[field]))) {
      run.push(point);
    } else if (run.length) {
      all.push(run);
      run = [];
    }
  }
  if (run.length) {
    all.push(run);
  }
  return all;
}

const path = (run, x, y) => run.map((point, place) => (place ? 'L' : 'M') + x(point).toFixed(1) + ' ' + y(point).toFixed(1)).join('');

function ticks(low, high) {
  const raw = (high - low) / 3 || 1;
  const step = 10 ** Math.floor(Math.log10(raw)) * [1, 2, 5, 10].find(each => each * 10 ** Math.floor(Math.log10(raw)) >= raw);
  const all = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) {
    all.push(Math.abs(at) < step / 1e6 ? 0 : at);
  }
  return all;
}

function timeTicks(from, to) {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(to - from > 86400000 ? {day: '2-digit', month: 'short'} : {}),
    hour: '2-digit', minute: '2-digit', ...(to - from < 300000 ? {second: '2-digit'} : {}), timeZone: clock.utc ? 'UTC' : undefined
  });
  return [from, (from + to) / 2, to].map((at, place) => ({at, text: format.format(at), anchor: ['start', 'middle', 'end'][place]}));
}

/**
 * @param lines what to draw: {field, kind}
 * @param limits horizontal lines: {value, text}
 */
function chart({title, points, band, line, limits, format}) {
  const drawn = points.filter(point => finite(point[line]));
  if (drawn.length < 2) {
    return html`<p class="quiet chart-empty">${title}: drawn once there are two looks.</p>`;
  }
  const values = points.flatMap(point => [point[line], ...(band || []).map(field => point[field])]).filter(finite);
  // a limit that is far away would flatten the rest: it is named instead
  let low = Math.min(...values);
  let high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  const near = limits.filter(limit => limit.value > low - 6 * span && limit.value < high + 6 * span);
  const far = limits.filter(limit => !near.includes(limit));
  low = Math.min(low, ...near.map(limit => limit.value));
  high = Math.max(high, ...near.map(limit => limit.value));
  const margin = (high - low || 1) * 0.08;
  low -= margin;
  high += margin;
  const times = points.map(point => point.at);
  const x = scale(Math.min(...times), Math.max(...times), PAD.left, WIDTH - PAD.right);
  const y = scale(low, high, HEIGHT - PAD.bottom, PAD.top);
  const last = drawn.at(-1);
  const label = `${title}: ${format(drawn[0][line])} at first, ${format(last[line])} now`
    + limits.map(limit => `; ${limit.text} ${format(limit.value)}`).join('');
  return html`<figure class="chart">
    <figcaption>${title}${far.map(limit => html` <span class="quiet">(${limit.text} ${format(limit.value)}, outside the picture)</span>`)}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
      ${ticks(low, high).map(at => svg`<line class="grid" x1=${PAD.left} x2=${WIDTH - PAD.right} y1=${y(at)} y2=${y(at)}/>
        <text class="tick" x=${PAD.left - 6} y=${y(at) + 4} text-anchor="end">${format(at)}</text>`)}
      ${timeTicks(Math.min(...times), Math.max(...times)).map(tick => svg`<text class="tick" x=${x(tick.at)} y=${HEIGHT - 6} text-anchor=${tick.anchor}>${tick.text}</text>`)}
      ${band ? runs(points, ...band).map(run => svg`<path class="band" d=${path(run, p => x(p.at), p => y(p[band[1]])) + path([...run].reverse(), p => x(p.at), p => y(p[band[0]])).replace('M', 'L') + 'Z'}/>`) : nothing}
      ${near.map(limit => svg`<line class="limit" x1=${PAD.left} x2=${WIDTH - PAD.right} y1=${y(limit.value)} y2=${y(limit.value)}/>
        <text class="limit-text" x=${WIDTH - PAD.right} y=${y(limit.value) - 4} text-anchor="end">${limit.text}</text>`)}
      ${runs(points, line).map(run => svg`<path class="line" d=${path(run, p => x(p.at), p => y(p[line]))}/>`)}
    </svg>
  </figure>`;
}

/** The points of one guardrail in a history, with their times as numbers. */
export function series(history, name) {
  return (history?.points || []).flatMap(point => point.guardrails
    .filter(each => each.measure === name)
    .map(each => ({...each, at: Date.parse(point.time)})));
}

export function estimates(history, name, limit) {
  const points = series(history, name);
  const two = measure(name).limit.endsWith('±');
  const limits = !finite(limit) ? [] : two
    ? [{value: limit, text: 'limit'}, {value: -limit, text: 'limit'}]
    : [{value: limit, text: 'limit'}];
  return chart({
    title: 'Estimate, with its interval over the life of the test', points, line: 'estimate', band: ['lower', 'upper'], limits,
    format: value => amount(name, value)
  });
}

/** On a logarithmic axis, because evidence multiplies. */
export function evidences(history, name) {
  const points = series(history, name);
  const threshold = points.findLast(point => finite(point.threshold))?.threshold;
  return chart({
    title: 'Evidence of harm', points, line: 'log_e', limits: finite(threshold) ? [{value: threshold, text: 'enough to act'}] : [],
    format: evidence
  });
}

/** Cumulated earnings of both arms, and their difference, by block. */
export function earnings(blocks) {
  let difference = 0;
  const points = blocks.map(block => ({at: Date.parse(block.time), sum: difference += block.delta ?? 0}));
  return chart({
    title: 'Earnings of treatment minus control, cumulated over blocks', points, line: 'sum', limits: [{value: 0, text: 'equal'}],
    format: value => amount('outcome_delta', value)
  });
}

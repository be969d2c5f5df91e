// One test: how it stands, each guardrail over time, the ramp, earnings, disagreements, and every control.

import {html, nothing} from './lit.js';
import {find, get, test as pathOf} from './api.js';
import {address, setQuery} from './address.js';
import {earnings, estimates, evidences, series} from './charts.js';
import {button, reason} from './button.js';
import * as controls from './controls.js';
import {paint} from './paint.js';
import {problem, waiting} from './problem.js';
import {tell} from './told.js';
import {amount, count, duration, evidence, life, measure, mode, number, percent, sentence, state, stateOf, time, verdict, version, waitHours} from './words.js';

export const EVERY = 5000;

/** Counts and estimates grow with each request, which no event tells of. */
export const FIGURES = 5000;

const SLOW = 15000;

export const concerns = (event, id) => event.tests.includes(id);

export async function read(page, id) {
  const path = pathOf(id);
  const [report, ramp] = await Promise.all([get(path + '/report?hours_back=24'), find(path + '/ramp')]);
  const ended = report.test.deleted_at ? page.ended || await end(path) : null;
  if (page.slowAt && Date.now() - page.slowAt <= SLOW) {
    return {report, ramp, ended};
  }
  const [history, stats, actions, disagreements, outcomes] = await Promise.all([
    find(path + '/history?points=240'), find(path + '/stats?hours_back=24'), find(path + '/actions?hours_back=24'),
    find(path + '/disagreements?limit=50'), report.test.outcome ? find(path + '/outcomes?hours_back=2160') : null
  ]);
  return {report, ramp, ended, history, stats, actions, disagreements, outcomes, slowAt: Date.now()};
}

/** The event by which the test was deleted. After it there is at most a promotion that was taken back, asked for or approved. */
const end = async path => ((await find(path + '/events?limit=50')) || []).find(event => event.action === 'deleted');

export function view(page, id) {
  if (!page.report) {
    return html`<h1><bdi>${id}</bdi></h1>${waiting(page)}`;
  }
  const {report} = page;
  const {test} = report;
  return html`<h1><bdi>${test.test_id}</bdi></h1>
    ${problem(page.problem)}
    ${test.description ? html`<p class="quiet"><bdi>${test.description}</bdi></p>` : nothing}
    <p class="standing">${sentence(report, page.ended?.actor)}</p>
    <p>${life(test) === 'on' ? state(verdict(report.verdict).key, verdict(report.verdict).word) : state(life(test))}</p>
    ${buttons(page, test, report)}
    <dl>
      <dt>Control</dt><dd>${version(test.control_version)}</dd>
      <dt>Treatment</dt><dd class="treatment">${version(test.treatment_version)}</dd>
      <dt>Mode</dt><dd>${mode(test.mode)}${test.mode === 'shadow' ? '' : ', ' + percent(test.traffic_split) + ' of the units' + SHARE[life(test)]}, generation ${test.generation}</dd>
      ${test.symbols ? html`<dt>Only for</dt><dd><bdi>${test.symbols.join(', ')}</bdi></dd>` : nothing}
      <dt>Since</dt><dd>${time(test.created_at)}</dd>
      <dt>More</dt><dd><a href=${'#/test/' + encodeURIComponent(id) + '/timeline'}>Timeline</a> · <a href=${'#/test/' + encodeURIComponent(id) + '/report'}>Report</a></dd>
    </dl>
    ${page.ramp ? ladder(page.ramp, test.four_eyes) : nothing}
    <h2>Guardrails</h2>
    <p class="quiet">False alarms are limited to ${percent(report.alpha)} for all of them together, at every look.${test.outcome ? ' Earnings have a limit of their own.' : ''}</p>
    <div class="tiles">${report.guardrails.map(guardrail => tile(page, guardrail))}</div>
    ${money(page, report)}
    ${arms(page.stats)}
    ${drawn(report)}
    ${matrix(page.actions)}
    ${differing(page, id)}`;
}

/** What the fraction of a split means for a test that does not run. */
const SHARE = {on: '', off: ' when it is on', promoted: ' before it was promoted', deleted: ' before it was deleted'};

/** Why a control that needs a running test is of no use now, or null. */
const idle = test => ({
  on: null, off: 'the test is off', promoted: 'the test is promoted, and is off since then; “Take the promotion back” undoes that', deleted: 'the test is deleted'
})[life(test)];

/** Who may switch the test off, and why nobody can now. The key asks for the same as the button. */
const switchOff = test => ({roles: ['operator', 'approver'], off: idle(test)});

/** What the key d does. */
export function quick(page) {
  const {test} = page.report;
  const why = reason(switchOff(test));
  if (why) {
    tell('Switch off:', why + '.');
  } else {
    controls.disable(test);
  }
}

function buttons(page, test, report) {
  const off = idle(test);
  const deleted = test.deleted_at ? off : null;
  const on = test.enabled ? 'the test is on' : test.promotion ? 'the test is promoted, and would compare the treatment with itself' : null;
  const ramp = page.ramp;
  const running = ramp && !['finished', 'aborted'].includes(ramp.state);
  const without = deleted || (running ? null : 'there is no ramp that runs');
  const ended = deleted || (test.promotion ? off : null);
  return html`<div class="controls" role="group" aria-label="Controls">
    ${button('Switch off (d)', () => controls.disable(test), {...switchOff(test), kind: 'danger'})}
    ${button('Switch on', () => controls.enable(test), {off: deleted || on})}
    ${button('Change the split', () => controls.split(test), {off: ended || (running ? 'the ramp sets the split' : test.mode === 'shadow' ? 'a shadow has no split' : null)})}
    ${button('Start a ramp', () => controls.startRamp(test), {off: off || (running ? 'a ramp runs' : null)})}
    ${button('Approve the step', () => controls.ramp(test, 'approve'), {roles: ['operator', 'approver'], kind: ramp?.state === 'awaiting_approval' ? 'main' : '', off: deleted || ramp?.state === 'awaiting_approval' ? deleted : 'no step waits for approval'})}
    ${ramp?.state === 'paused' ? button('Resume the ramp', () => controls.ramp(test, 'resume'), {off: deleted}) : button('Pause the ramp', () => controls.ramp(test, 'pause'), {off: without})}
    ${button('End the ramp', () => controls.ramp(test, 'abort'), {roles: ['operator', 'approver'], off: without})}
    ${test.promotion ? button('Take the promotion back', () => controls.revert(test)) : button('Promote', () => controls.promote(test, report.verdict), {off: deleted || (test.symbols ? 'the test is for some symbols only, and a promotion counts for all' : null)})}
    ${button('Guardrails', () => controls.guardrails(test), {off: deleted})}
    ${button('Symbols', () => controls.symbols(test), {off: deleted})}
    ${button('Outcome plan', () => controls.outcome(test, Object.keys(page.actions?.matrix || {})), {off: deleted})}
    ${button('Delete', () => controls.remove(test), {kind: 'danger', off: deleted})}
  </div>`;
}

function ladder(ramp, fourEyes) {
  const steps = ramp.plan.steps.map(step => typeof step === 'number' ? {split: step} : step);
  const holds = place => place === 0 ? ramp.plan.rehearse_seconds : steps[place - 1].hold_seconds ?? ramp.plan.hold_seconds;
  const least = holds(ramp.step);
  const stage = ['finished', 'aborted'].includes(ramp.state) ? nothing
    : html`<p>At this step for ${duration(ramp.held_seconds)}${least ? ` of ${duration(least)} at least` : ''}.</p>`;
  return html`<h2>Ramp</h2>
    <ol class="ladder">
      ${ramp.plan.rehearse === false ? nothing : rung('shadow', 0, ramp, holds(0))}
      ${steps.map((step, place) => rung(percent(step.split), place + 1, ramp, holds(place + 1)))}
    </ol>
    <p class="quiet">${ramp.plan.approval === 'approve'
      ? `A person approves each step${fourEyes ? ', and another person agrees: what one asks for is under Approvals' : ''}.`
      : 'The service takes each step by itself when nothing is waited for.'}</p>
    <p><b>${ramp.state.replaceAll('_', ' ')}</b>${ramp.reason ? ': ' + ramp.reason : ''}</p>
    ${stage}
    ${ramp.waits_for.length ? html`<p>Waits for:</p><ul>${ramp.waits_for.map(what => html`<li>${what}</li>`)}</ul>` : nothing}`;
}

function rung(text, place, ramp, seconds) {
  return html`<li class=${place < ramp.step ? 'past' : ''} aria-current=${place === ramp.step ? 'step' : nothing}>${text}${seconds ? html` <small>${duration(seconds)}</small>` : nothing}</li>`;
}

function tile(page, guardrail) {
  const name = guardrail.measure;
  const points = series(page.history, name);
  const key = stateOf(guardrail, points);
  const wait = waitHours(guardrail, points);
  const named = measure(name);
  return html`<section class="card" aria-label=${named.title}>
    <h3>${named.title}</h3>
    ${state(key)}
    <dl>
      <dt>Estimate</dt><dd>${amount(name, guardrail.estimate)}${guardrail.lower !== null ? html` <span class="quiet">(${amount(name, guardrail.lower)} to ${amount(name, guardrail.upper)})</span>` : nothing}</dd>
      <dt>Limit</dt><dd>${named.limit}${named.limit.endsWith('±') ? '' : ' '}${amount(name, guardrail.limit)}</dd>
      <dt>Evidence of harm</dt><dd>${evidence(guardrail.log_e)} <span class="quiet">of ${evidence(-Math.log(guardrail.alpha))}</span></dd>
      <dt>Samples</dt><dd>${count(guardrail.samples)} ${named.counted}${guardrail.samples < guardrail.minimum_samples_to_pass ? html` <span class="quiet">of ${count(guardrail.minimum_samples_to_pass)}${Number.isFinite(wait) ? `, about ${duration(wait * 3600)} more at this rate` : ''}</span>` : nothing}</dd>
      <dt>A breach would</dt><dd>${{roll_back: 'roll back', alert: 'alert', ignore: 'do nothing', pause: 'pause the ramp'}[guardrail.action] || guardrail.action}${guardrail.required ? '' : '; not needed for the verdict'}</dd>
    </dl>
    ${page.history ? html`${estimates(page.history, name, guardrail.limit)}${evidences(page.history, name)}` : nothing}
    <details><summary>In the service’s words</summary><p class="says">${guardrail.reason}</p></details>
    ${guardrail.state === 'breached' ? button('Clear the breach', () => controls.clear(page.report.test, name), {off: page.report.test.deleted_at ? idle(page.report.test) : null}) : nothing}
  </section>`;
}

function money(page, report) {
  if (!report.test.outcome) {
    return html`<h2>Earnings</h2><p class="quiet">No outcome plan: what the decisions earned is not judged. “Outcome plan” above begins it.</p>`;
  }
  const blocks = page.outcomes?.blocks || [];
  const sums = report.outcomes;
  return html`<h2>Earnings</h2><div class="card">
    ${blocks.length ? earnings(blocks) : html`<p class="quiet">No block of the last 90 days.</p>`}
    ${page.history ? estimates(page.history, 'outcome_delta', report.test.outcome.limit) : nothing}
    ${sums ? earned(sums) : html`<p>No block is closed yet.</p>`}
  </div>`;
}

function earned(sums) {
  const per = value => value === null ? number(null) : percent(value);
  return html`<dl>
      <dt>Control, per decision</dt><dd>${per(sums.control)}</dd>
      <dt class="treatment">Treatment, per decision</dt><dd>${per(sums.treatment)}</dd>
      <dt>Difference per block with disagreement</dt><dd>${amount('outcome_delta', sums.difference)} <span class="quiet">(${sums.lower === null ? 'open' : amount('outcome_delta', sums.lower)} to ${sums.upper === null ? 'open' : amount('outcome_delta', sums.upper)})</span></dd>
      <dt>Blocks</dt><dd>${count(sums.blocks)} closed, ${count(sums.tested_blocks)} of them with disagreement</dd>
      <dt>Coverage</dt><dd>${percent(sums.coverage)} of the decisions have an outcome, of the disagreements ${percent(sums.coverage_of_disagreements)}</dd>
      <dt>Disagreements that treatment won</dt><dd>${percent(sums.hit_rate)} <span class="quiet">shown, and decides nothing</span></dd>
    </dl>
    <details><summary>In the service’s words</summary><ul>${sums.words.map(line => html`<li class="says">${line}</li>`)}</ul></details>`;
}

function arms(stats) {
  if (!stats) {
    return nothing;
  }
  const {control, treatment} = stats.metrics;
  const rows = [
    ['Latency P50', control.p50_latency_ms, treatment.p50_latency_ms, 'ms'], ['Latency P95', control.p95_latency_ms, treatment.p95_latency_ms, 'ms'],
    ['Latency P99', control.p99_latency_ms, treatment.p99_latency_ms, 'ms'], ['Mean confidence', control.avg_confidence, treatment.avg_confidence, ''],
    ['Errors', control.error_count, treatment.error_count, ''], ['Answered by control instead', control.fallback_count, treatment.fallback_count, '']
  ];
  return html`<h2>Both models, last 24 hours</h2>
    <p class="quiet">${count(stats.total_samples)} rows: ${count(stats.control_count)} of control, ${count(stats.treatment_count)} of treatment, ${count(stats.shadow_count)} of the shadow.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Both models"><table><thead><tr><th scope="col">Figure</th><th scope="col" class="number">Control</th><th scope="col" class="number treatment">Treatment</th></tr></thead>
    <tbody>${rows.map(([title, one, other, unit]) => html`<tr><th scope="row">${title}</th><td class="number">${number(one)} ${unit}</td><td class="number">${number(other)} ${unit}</td></tr>`)}</tbody></table></div>`;
}

const DRAWN = /^(sample_ratio|lost_rows|shedding|treatment_(rejected|guard_open|fallback))/;

/** The split as it was drawn and as it was stored, what was shed, and the rows that are missing. */
function drawn(report) {
  const figures = report.figures.filter(figure => DRAWN.test(figure.name) && figure.estimate !== null);
  if (!figures.length) {
    return nothing;
  }
  return html`<h2>Drawn, seen and lost</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Drawn, seen and lost"><table><thead><tr><th scope="col">Figure</th><th scope="col" class="number">Value</th><th scope="col" class="number">If nothing is wrong</th><th scope="col" class="number">Interval</th><th scope="col" class="number">Samples</th></tr></thead>
    <tbody>${figures.map(figure => html`<tr><th scope="row">${figure.title}</th><td class="number">${percent(figure.estimate)}</td><td class="number">${percent(figure.expected)}</td><td class="number">${figure.lower === null ? '–' : `${percent(figure.lower)} to ${percent(figure.upper)}`}</td><td class="number">${count(figure.samples)}</td></tr>`)}</tbody></table></div>`;
}

function matrix(actions) {
  const names = Object.keys(actions?.matrix || {});
  if (!names.length) {
    return nothing;
  }
  return html`<h2>Who said what, last 24 hours</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Actions of both models"><table><thead><tr><th scope="col">Control said</th>${names.map(name => html`<th scope="col" class="number">treatment ${name}</th>`)}</tr></thead>
    <tbody>${names.map(one => html`<tr><th scope="row">${one}</th>${names.map(other => html`<td class="number">${one === other ? html`<b>${count(actions.matrix[one][other])}</b>` : count(actions.matrix[one][other])}</td>`)}</tr>`)}</tbody></table></div>`;
}

function differing(page, id) {
  const all = page.disagreements?.disagreements || [];
  if (!all.length) {
    return nothing;
  }
  const times = new Map();
  all.forEach(row => times.set(row.symbol, (times.get(row.symbol) || 0) + 1));
  const symbols = [...times].sort((one, other) => other[1] - one[1]);
  const wanted = address().query.get('symbol') || '';
  const shown = all.filter(row => !wanted || row.symbol === wanted);
  return html`<h2>Newest disagreements</h2>
    <div class="filter"><select aria-label="Symbol" @change=${event => { setQuery('symbol', event.target.value); paint(page, view(page, id)); }}>
      <option value="" .selected=${!wanted}>all symbols (${count(all.length)})</option>
      ${symbols.map(([symbol, number]) => html`<option value=${symbol} .selected=${symbol === wanted}>${symbol} (${count(number)})</option>`)}
    </select><span class="quiet">of the newest ${count(all.length)}</span></div>
    <div class="scroll" tabindex="0" role="region" aria-label="Newest disagreements"><table><thead><tr><th scope="col">Time</th><th scope="col">Symbol</th><th scope="col">Control</th><th scope="col">Treatment</th><th scope="col">Unit</th><th scope="col">Request</th></tr></thead>
    <tbody>${shown.map(row => html`<tr><td>${time(row.time)}</td><td><bdi>${row.symbol}</bdi></td><td>${row.control_action} <span class="quiet">${number(row.control_confidence, 3)}</span></td><td class="treatment">${row.treatment_action} <span class="quiet">${number(row.treatment_confidence, 3)}</span></td><td><bdi>${row.unit_id}</bdi></td><td class="version"><bdi>${row.request_id}</bdi></td></tr>`)}</tbody></table></div>`;
}

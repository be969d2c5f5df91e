// What one person asked for and another has to approve.

import {html, nothing} from './lit.js';
import {find, get, test as pathOf} from './api.js';
import {button} from './button.js';
import * as controls from './controls.js';
import {paint} from './paint.js';
import {problem, waiting} from './problem.js';
import {state, time, verdict} from './words.js';

export const EVERY = 3000;

/** Approvals of which the page shows what would change. */
const COMPARED = 20;

const WHAT = {
  promote: 'promote', revert_promotion: 'take the promotion back', ramp_step: 'take the ramp’s next step', loosen_guardrails: 'loosen the guardrails',
  loosen_outcome: 'loosen the outcome plan'
};

/** What is asked for and decided is an event of its test. */
export const concerns = event => event.tests.length > 0;

export async function read(page) {
  const approvals = await get('/api/v1/approvals?limit=100');
  const ids = new Set(approvals.filter(each => each.state === 'pending').slice(0, COMPARED).map(each => each.test_id));
  const tests = await Promise.all([...ids].map(id => find(pathOf(id))));
  return {approvals, evidence: page.evidence || new Map(), tests: new Map(tests.filter(Boolean).map(test => [test.test_id, test]))};
}

export function view(page) {
  const pending = (page.approvals || []).filter(each => each.state === 'pending');
  const decided = (page.approvals || []).filter(each => each.state !== 'pending');
  return html`<h1>Approvals</h1>
    ${page.approvals ? html`${problem(page.problem)}
      ${pending.length ? pending.map(approval => asked(page, approval, page.tests.get(approval.test_id))) : html`<p>Nothing waits for an approval.</p>`}
      ${decided.length ? html`<h2>Decided</h2><ol class="events">${decided.map(done)}</ol>` : nothing}` : waiting(page)}`;
}

/** What the approval would change: each field as it is, and as it would be. */
function difference(approval, test) {
  const wanted = approval.arguments || {};
  const now = {loosen_guardrails: test?.guardrails, loosen_outcome: test?.outcome}[approval.what];
  if (!now) {
    return html`<ul>${Object.entries(wanted).map(([name, value]) => html`<li>${name}: <bdi>${typeof value === 'string' ? value : JSON.stringify(value)}</bdi></li>`)}
      ${test && approval.what === 'promote' ? html`<li>${test.control_model}: <code>${test.control_version ?? test.control_model}</code> → <code>${test.treatment_version ?? test.treatment_model}</code></li>` : nothing}
      ${test && approval.what === 'revert_promotion' ? html`<li>${test.control_model} is answered by the model of that name again</li>` : nothing}</ul>`;
  }
  const before = flat(now);
  const after = flat(wanted);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => before[name] !== after[name]);
  return html`<ul>${names.map(name => html`<li>${name}: <code>${before[name] ?? 'none'}</code> → <code>${after[name] ?? 'none'}</code></li>`)}</ul>`;
}

/** Each value by its path, such as agreement.limit. An action that follows from the mode is none. */
function flat(value, path = '') {
  if (value === null || value === 'by_mode') {
    return {};
  }
  return typeof value === 'object' && !Array.isArray(value)
    ? Object.assign({}, ...Object.entries(value).map(([name, part]) => flat(part, path ? path + '.' + name : name)))
    : {[path]: JSON.stringify(value)};
}

function asked(page, approval, test) {
  const path = '#/test/' + encodeURIComponent(approval.test_id);
  return html`<section class="card" aria-label=${'Approval for ' + approval.test_id}>
    <h2><bdi>${approval.requested_by}</bdi> asks to ${WHAT[approval.what] || approval.what.replaceAll('_', ' ')}: <a href=${path}><bdi>${approval.test_id}</bdi></a></h2>
    <dl><dt>Asked</dt><dd>${time(approval.requested_at)}, for generation ${approval.generation}</dd><dt>Void after</dt><dd>${time(approval.expires_at)}, or after any change of the test</dd></dl>
    ${difference(approval, test)}
    <details .open=${page.evidence.has(approval.approval_id)} @toggle=${event => evidence(page, event.target.open, approval)}><summary>The evidence then and now</summary>${page.evidence.get(approval.approval_id) ?? nothing}</details>
    <p><a href=${path + '/report'}>The report now</a></p>
    <div class="controls" role="group" aria-label="Decision">
      ${button('Approve', () => controls.approve(approval), {roles: ['approver'], kind: 'main'})}
      ${button('Reject', () => controls.reject(approval), {roles: ['approver']})}
    </div>
    <small class="version">${approval.content_hash}</small>
  </section>`;
}

/** Read when a person looks: the list has no reports. Kept by approval: the place of one that is decided is taken by the next. */
async function evidence(page, open, approval) {
  const id = approval.approval_id;
  if (open === page.evidence.has(id)) {
    return;
  }
  if (!open) {
    page.evidence.delete(id);
    return;
  }
  page.evidence.set(id, nothing);
  let shown;
  try {
    const [then, now] = await Promise.all([get('/api/v1/approvals/' + approval.approval_id), get(pathOf(approval.test_id) + '/report?hours_back=24')]);
    shown = html`<dl class="pair"><dt>When it was asked for</dt><dd>${found(then.report)}</dd><dt>Now</dt><dd>${found(now)}</dd></dl>`;
  } catch (failure) {
    shown = problem(failure);
  }
  if (page.evidence.has(id)) {
    page.evidence.set(id, shown);
    paint(page, view(page));
  }
}

function found(report) {
  if (!report) {
    return 'not kept';
  }
  const said = verdict(report.verdict);
  return html`${state(said.key, said.word)} <code>${report.verdict}</code><ul>${(report.reasons || []).map(reason => html`<li class="says">${reason}</li>`)}</ul>`;
}

function done(approval) {
  return html`<li><b>${approval.state}</b>: ${WHAT[approval.what] || approval.what}, <a href=${'#/test/' + encodeURIComponent(approval.test_id)}><bdi>${approval.test_id}</bdi></a>
    <span class="quiet">asked by <bdi>${approval.requested_by}</bdi>, ${time(approval.requested_at)}${approval.decided_by ? html`; decided by <bdi>${approval.decided_by}</bdi>, ${time(approval.decided_at)}` : nothing}</span>
    ${approval.reason ? html`<p class="says"><bdi>${approval.reason}</bdi></p>` : nothing}</li>`;
}

// What one person asked for and another has to approve.

import {html, nothing} from './lit.js';
import {get} from './api.js';
import {button} from './button.js';
import * as controls from './controls.js';
import {problem} from './problem.js';
import {time} from './words.js';

export const EVERY = 3000;

const WHAT = {
  promote: 'promote', revert_promotion: 'take the promotion back', ramp_step: 'take the ramp’s next step', loosen_guardrails: 'loosen the guardrails',
  loosen_outcome: 'loosen the outcome plan'
};

export async function read() {
  return {approvals: await get('/api/v1/approvals?limit=100')};
}

export function view(page) {
  const waiting = (page.approvals || []).filter(each => each.state === 'pending');
  const decided = (page.approvals || []).filter(each => each.state !== 'pending');
  return html`<h1>Approvals</h1>
    ${problem(page.problem)}
    ${page.approvals ? html`
      ${waiting.length ? waiting.map(asked) : html`<p>Nothing waits for an approval.</p>`}
      ${decided.length ? html`<h2>Decided</h2><ol class="events">${decided.map(done)}</ol>` : nothing}` : html`<p class="wait">Loading …</p>`}`;
}

function asked(approval) {
  const path = '#/test/' + encodeURIComponent(approval.test_id);
  return html`<section class="card" aria-label=${'Approval for ' + approval.test_id}>
    <h2><bdi>${approval.requested_by}</bdi> asks to ${WHAT[approval.what] || approval.what.replaceAll('_', ' ')}: <a href=${path}><bdi>${approval.test_id}</bdi></a></h2>
    <dl><dt>Asked</dt><dd>${time(approval.requested_at)}, for generation ${approval.generation}</dd><dt>Void after</dt><dd>${time(approval.expires_at)}, or after any change of the test</dd></dl>
    ${approval.arguments && Object.keys(approval.arguments).length ? html`<pre tabindex="0">${JSON.stringify(approval.arguments, null, 2)}</pre>` : nothing}
    <details @toggle=${event => evidence(event.target, approval)}><summary>The evidence when it was asked for</summary><div></div></details>
    <p><a href=${path + '/report'}>The evidence now</a></p>
    <div class="controls" role="group" aria-label="Decision">
      ${button('Approve', () => controls.approve(approval), {roles: ['approver'], kind: 'main'})}
      ${button('Reject', () => controls.reject(approval), {roles: ['approver']})}
    </div>
    <small class="version">${approval.content_hash}</small>
  </section>`;
}

/** Read when somebody looks: the list has no reports. */
async function evidence(details, approval) {
  if (!details.open) {
    return;
  }
  const found = await get('/api/v1/approvals/' + approval.approval_id);
  const text = document.createElement('pre');
  text.tabIndex = 0;
  text.textContent = found.report ? [found.report.verdict, ...(found.report.reasons || [])].join('\n') : 'not kept';
  details.querySelector('div').replaceChildren(text);
}

function done(approval) {
  return html`<li><b>${approval.state}</b>: ${WHAT[approval.what] || approval.what}, <a href=${'#/test/' + encodeURIComponent(approval.test_id)}><bdi>${approval.test_id}</bdi></a>
    <span class="quiet">asked by <bdi>${approval.requested_by}</bdi>, ${time(approval.requested_at)}${approval.decided_by ? html`; decided by <bdi>${approval.decided_by}</bdi>, ${time(approval.decided_at)}` : nothing}</span>
    ${approval.reason ? html`<p class="says"><bdi>${approval.reason}</bdi></p>` : nothing}</li>`;
}

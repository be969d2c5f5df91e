// All tests: what needs a person first.

import {html, nothing} from './lit.js';
import {get} from './api.js';
import {address, setQuery} from './address.js';
import {button} from './button.js';
import * as controls from './controls.js';
import {isShown, paint} from './paint.js';
import {problem, waiting} from './problem.js';
import {tell} from './told.js';
import {action, ago, byService, life, mode, percent, promoted, state, verdict, version} from './words.js';

export const EVERY = 3000;

const ATTENTION = {
  approval: 'waits for an approval', rolled_back: 'was rolled back', ramp_paused: 'its ramp is paused', breach: 'a guardrail is breached', guard_open: 'a guard is open'
};

export const concerns = event => event.tests.length > 0;

export async function read() {
  const [tests, promotions] = await Promise.all([get('/api/v1/overview'), get('/api/v1/promotions')]);
  const by = new Map(promotions.map(promotion => [promotion.test_id, promotion]));
  return {tests: tests.map(test => ({...test, promotion: by.get(test.test_id) ?? null}))};
}

function shown(page) {
  const wanted = (address().query.get('q') || '').toLowerCase();
  const only = address().query.get('show') || 'all';
  return page.tests.filter(test => (only === 'all' || (only === 'on' ? life(test) === 'on' : Boolean(test.attention)))
    && (!wanted || [test.test_id, test.description, test.control_version, test.treatment_version].join(' ').toLowerCase().includes(wanted)));
}

export function view(page) {
  const {query} = address();
  return html`<h1>Tests</h1>
    ${page.tests ? problem(page.problem) : nothing}
    <div class="filter">
      <input type="search" aria-label="Search by name, description or model" placeholder="Search by name, description or model" .value=${query.get('q') || ''} @input=${event => { setQuery('q', event.target.value); again(page); }}>
      <select aria-label="Which tests" @change=${event => { setQuery('show', event.target.value === 'all' ? '' : event.target.value); again(page); }}>
        ${[['all', 'all'], ['on', 'that are on'], ['attention', 'that need a person']].map(([value, text]) => html`<option value=${value} .selected=${(query.get('show') || 'all') === value}>${text}</option>`)}
      </select>
      ${button('New test', () => create(page), {kind: 'main'})}
    </div>
    <div id="rows">${page.tests ? rows(page) : waiting(page)}</div>`;
}

function again(page) {
  paint(page, view(page));
}

async function create(page) {
  let models;
  try {
    models = await get('/api/v1/models');
  } catch (failure) {
    tell('New test:', `the form needs the models. ${failure.status || ''} ${failure.title}: ${failure.detail}`, {bad: true});
    return;
  }
  if (isShown(page)) {
    controls.create(models);
  }
}

function rows(page) {
  if (!page.tests.length) {
    return html`<div class="card"><p><b>No tests yet.</b> A test compares the model that answers today with one that might replace it, without risk: both answer, and only the first one’s answer is used.</p></div>`;
  }
  const found = shown(page);
  if (!found.length) {
    return html`<p>No test fits the search.</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Tests"><table>
    <thead><tr><th scope="col">Test</th><th scope="col" class="wide">Models</th><th scope="col" class="number">Treatment’s share</th><th scope="col">Verdict</th><th scope="col" class="wide">Last action</th><th scope="col" class="wide">Replicas</th></tr></thead>
    <tbody>${found.map(row)}</tbody></table></div>`;
}

/** The treatment's share of the answers now, and how it comes about. */
function share(test) {
  const how = test.ramp ? 'ramp, ' + (test.ramp.step ? `step ${test.ramp.step} of ${test.ramp.steps}` : 'as a shadow') : mode(test.mode).toLowerCase();
  if (life(test) === 'promoted') {
    return html`promoted<br><span class="quiet">no split</span>`;
  }
  return html`${!test.enabled ? 'off' : percent(test.mode === 'shadow' ? 0 : test.traffic_split)}<br><span class="quiet">${how}</span>`;
}

/** Of a ramp what its next step needs; otherwise why the verdict is not there yet. */
function waits(test) {
  const what = life(test) !== 'on' ? null : test.ramp?.waits_for?.length ? first(test.ramp.waits_for) : test.verdict === 'promote' ? null : test.waits_for;
  return what ? html`<br><span class="quiet says">Waits for: ${what}</span>` : nothing;
}

const first = all => all[0] + (all.length > 1 ? ` (and ${all.length - 1} more)` : '');

function row(test) {
  const said = verdict(test.verdict);
  return html`<tr>
    <th scope="row"><a class="id" href=${'#/test/' + encodeURIComponent(test.test_id)}><bdi>${test.test_id}</bdi></a>
      ${test.attention ? html`<br><b class="attention">${ATTENTION[test.attention] || test.attention}</b>` : nothing}
      ${test.description ? html`<br><span class="quiet"><bdi>${test.description}</bdi></span>` : nothing}</th>
    <td class="wide">${version(test.control_version)}<br><span class="treatment">${version(test.treatment_version)}</span></td>
    <td class="number">${share(test)}</td>
    <td>${life(test) === 'promoted' ? state('promoted', promoted(test.promotion)) : test.enabled ? state(said.key, said.word) : state('off')}${waits(test)}</td>
    <td class="wide">${test.last_event ? html`${action(test.last_event.action)}<br><span class="quiet">${byService(test.last_event.actor) ? 'by the service (' + test.last_event.actor + ')' : html`by <bdi>${test.last_event.actor}</bdi>`}, ${ago(test.last_event.time)} ago</span>` : mode(test.mode)}</td>
    <td class="wide">${test.replicas ? `${test.replicas.at_generation} of ${test.replicas.alive} agree` : ''}</td>
  </tr>`;
}

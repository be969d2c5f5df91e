// The models: which version serves, which does not and why, which tests use it.

import {html, nothing} from './lit.js';
import {get} from './api.js';
import {button} from './button.js';
import * as controls from './controls.js';
import {problem, waiting} from './problem.js';
import {count, promoted, time} from './words.js';

export const EVERY = 5000;

export const concerns = event => event.models || event.tests.length > 0;

export async function read() {
  const [models, tests, promotions] = await Promise.all([get('/api/v1/models'), get('/api/v1/ab-test/list?limit=200'), get('/api/v1/promotions')]);
  return {models, tests, promotions: new Map(promotions.map(promotion => [promotion.model, promotion]))};
}

export function view(page) {
  return html`<h1>Models</h1>
    ${page.models ? problem(page.problem) : waiting(page)}
    <div class="controls">${button('Reload the models', () => controls.reload(), {roles: ['admin']})}</div>
    ${page.models ? html`<div class="scroll" tabindex="0" role="region" aria-label="Models"><table>
      <thead><tr><th scope="col">Model</th><th scope="col">State</th><th scope="col">Digest</th><th scope="col" class="number">Parameters</th><th scope="col">Loaded</th><th scope="col">Tests</th><th scope="col">Replicas</th></tr></thead>
      <tbody>${page.models.map(model => row(model, page.tests, page.promotions.get(model.name)))}</tbody></table></div>` : nothing}`;
}

/** @param promotion by which another model answers for the name; the list of tests has it no more once its test is deleted */
function row(model, tests, promotion) {
  const using = tests.filter(test => test.control_model === model.name || test.treatment_model === model.name);
  return html`<tr>
    <th scope="row"><bdi>${model.name}</bdi> <span class="quiet">version <bdi>${model.version ?? '–'}</bdi></span>
      ${promotion ? html`<p class="says">${promoted(promotion)} since ${time(promotion.since)}, by test <a href=${'#/test/' + encodeURIComponent(promotion.test_id)}><bdi>${promotion.test_id}</bdi></a></p>` : nothing}</th>
    <td>${model.state === 'loaded' ? 'loaded' : html`<b class="attention">${model.state.replaceAll('_', ' ')}</b>`}
      ${model.reason ? html`<p class="says"><bdi>${model.reason}</bdi></p>` : nothing}${model.note ? html`<p class="quiet says"><bdi>${model.note}</bdi></p>` : nothing}</td>
    <td class="version">${model.digest ?? '–'}${model.wanted && model.wanted !== model.digest ? html`<br>wanted: ${model.wanted}` : nothing}</td>
    <td class="number">${count(model.parameters)}</td>
    <td>${model.loaded_at ? time(model.loaded_at) : '–'}</td>
    <td>${using.map(test => html`<a href=${'#/test/' + encodeURIComponent(test.test_id)}><bdi>${test.test_id}</bdi></a> `)}</td>
    <td>${(model.replicas || []).map(replica => html`<div><bdi>${replica.replica}</bdi>: ${replica.state}${replica.detail ? html` (<bdi>${replica.detail}</bdi>)` : nothing}</div>`)}</td>
  </tr>`;
}

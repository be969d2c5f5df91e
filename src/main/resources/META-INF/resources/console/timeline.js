// Every event of a test: by whom, what it was and is, why, on which evidence, and its place in the chain.

import {html, nothing} from './lit.js';
import {find, get, test as pathOf} from './api.js';
import {address, setQuery} from './address.js';
import {paint} from './paint.js';
import {problem, waiting} from './problem.js';
import {action, byService, time} from './words.js';

export const EVERY = 5000;

const MOST = 500;

export const concerns = (event, id) => event.tests.includes(id);

export async function read(page, id) {
  return {events: await get(pathOf(id) + '/events?limit=' + MOST), recomputed: page.recomputed || {}};
}

export function view(page, id) {
  const by = address().query.get('by') || 'all';
  const events = (page.events || []).filter(event => by === 'all' || (by === 'service') === byService(event.actor));
  return html`<h1><bdi>${id}</bdi>: timeline</h1>
    <p><a href=${'#/test/' + encodeURIComponent(id)}>Back to the test</a></p>
    ${page.events ? problem(page.problem) : waiting(page)}
    <div class="filter"><select aria-label="Whose acts" @change=${event => { setQuery('by', event.target.value === 'all' ? '' : event.target.value); paint(page, view(page, id)); }}>
      ${[['all', 'by anybody'], ['person', 'by people'], ['service', 'by the service']].map(([value, text]) => html`<option value=${value} .selected=${by === value}>${text}</option>`)}
    </select>
    <button @click=${() => download(id, events)}>Export as JSON</button></div>
    ${page.events?.length === MOST ? html`<p class="quiet">The newest ${MOST} events. The API has all of them.</p>` : nothing}
    ${page.events ? html`<ol class="events">${events.map(event => entry(page, id, event))}</ol>` : nothing}
    ${page.events && !events.length ? html`<p>Nothing.</p>` : nothing}`;
}

function entry(page, id, event) {
  return html`<li>
    <b>${action(event.action)}</b> <span class="quiet">by ${byService(event.actor) ? 'the service (' + event.actor + ')' : html`<bdi>${event.actor}</bdi>`}, ${time(event.time)}, generation ${event.generation}</span>
    ${event.reason ? html`<p class="says"><bdi>${event.reason}</bdi></p>` : nothing}
    ${differences(event)}
    ${event.evidence ? html`<details><summary>Evidence</summary>
      <button @click=${() => recompute(page, id, event)}>Recompute</button>
      ${recomputed(page.recomputed[event.event_id])}
      <pre tabindex="0">${JSON.stringify(event.evidence, null, 2)}</pre></details>` : nothing}
    <small class="version">${event.hash ? `${event.position}: ${event.hash}` : 'not in the chain yet'}</small>
  </li>`;
}

/** Each field that is not what it was. */
function differences(event) {
  const before = event.from || {};
  const after = event.to || {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (!names.length || !event.from) {
    return event.to && !event.from ? html`<details><summary>As it began</summary><pre tabindex="0">${JSON.stringify(event.to, null, 2)}</pre></details>` : nothing;
  }
  return html`<ul>${names.map(name => html`<li>${name}: <code>${JSON.stringify(before[name]) ?? 'none'}</code> → <code>${JSON.stringify(after[name]) ?? 'none'}</code></li>`)}</ul>`;
}

async function recompute(page, id, event) {
  try {
    page.recomputed[event.event_id] = await find(pathOf(id) + '/events/' + event.event_id + '/replay') || {missing: true};
  } catch (failure) {
    page.recomputed[event.event_id] = {failure};
  }
  paint(page, view(page, id));
}

function recomputed(result) {
  if (!result) {
    return nothing;
  }
  if (result.failure) {
    return problem(result.failure);
  }
  if (result.missing) {
    return html`<p>There is nothing to recompute.</p>`;
  }
  return result.follows
    ? html`<p class="done"><b>It follows.</b> The same decision comes out of the recorded evidence.</p>`
    : html`<div class="problem"><b>It does not follow.</b><ul>${(result.differences || []).map(what => html`<li>${what}</li>`)}</ul></div>`;
}

function download(id, events) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(events, null, 2)], {type: 'application/json'}));
  link.download = id + '-events.json';
  link.click();
  URL.revokeObjectURL(link.href);
}

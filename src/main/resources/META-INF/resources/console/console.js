// The entry: which page the address names, what it reads and how often, and what is above every page.

import {html, render, nothing} from './lit.js';
import {credentials, find, owed} from './api.js';
import {address} from './address.js';
import {caller} from './button.js';
import * as controls from './controls.js';
import {ago, clock} from './words.js';
import * as tests from './tests.js';
import * as detail from './test.js';
import * as timeline from './timeline.js';
import * as report from './report.js';
import * as models from './models.js';
import * as approvals from './approvals.js';

/** Without an answer for so long, what is shown may be wrong. */
const STALE_MS = 10000;

const PAGES = [
  {pattern: /^\/?$/, page: tests, title: () => 'Tests'},
  {pattern: /^\/approvals$/, page: approvals, title: () => 'Approvals'},
  {pattern: /^\/models$/, page: models, title: () => 'Models'},
  {pattern: /^\/test\/([^/]+)$/, page: detail, title: id => id},
  {pattern: /^\/test\/([^/]+)\/timeline$/, page: timeline, title: id => id + ': timeline'},
  {pattern: /^\/test\/([^/]+)\/report$/, page: report, title: id => id + ': report'}
];

let shown = null;
let timer = 0;
let turns = 0;

function top() {
  const {path} = address();
  const current = wanted => path === wanted ? 'page' : nothing;
  render(html`
    <a class="name" href="#/"><img src="icon.svg" alt="" width="24" height="24">Understudy</a>
    <nav aria-label="Pages">
      <a href="#/" aria-current=${current('/')}>Tests</a>
      <a href="#/approvals" aria-current=${current('/approvals')}>Approvals</a>
      <a href="#/models" aria-current=${current('/models')}>Models</a>
      <a href="/q/swagger-ui">API</a>
    </nav>
    <button @click=${() => { clock.toggle(); draw(); top(); }}>${clock.utc ? 'Times in UTC' : 'Local times'}</button>
    <button @click=${() => controls.identify(restart)}>${who()}</button>`, document.getElementById('top'));
}

function who() {
  if (caller.identity?.name) {
    return caller.identity.name;
  }
  return credentials.actor || 'Who are you?';
}

function banners() {
  const stale = owed.since !== null && Date.now() - owed.since > STALE_MS;
  render(html`
    ${stale ? html`<p class="banner stale">No answer from the service for ${ago(owed.since)}. What you see is old. Trying again.</p>` : nothing}
    ${caller.identity && caller.identity.warning ? html`<p class="banner">${caller.identity.warning}</p>` : nothing}`, document.getElementById('banners'));
}

function draw() {
  if (shown) {
    render(shown.page.view(shown.state, shown.argument), document.getElementById('main'));
  }
}

/** Reads what the page needs, draws, and comes again. A hidden page reads nothing. */
async function turn() {
  clearTimeout(timer);
  const mine = shown;
  const number = ++turns;
  if (!document.hidden && mine) {
    let fresh;
    try {
      fresh = {...await mine.page.read(mine.state, mine.argument), problem: null};
    } catch (problem) {
      fresh = {problem};
    }
    // a later one is on its way, and knows more
    if (mine !== shown || number !== turns) {
      return;
    }
    Object.assign(mine.state, fresh);
    draw();
    banners();
  }
  timer = setTimeout(turn, (mine && mine.page.EVERY) || 3000);
}

function go() {
  const {path} = address();
  for (const {pattern, page, title} of PAGES) {
    const found = pattern.exec(path);
    if (found) {
      const argument = found[1] === undefined ? null : decodeURIComponent(found[1]);
      shown = {page, argument, state: {}, path};
      document.title = title(argument) + ' – Understudy';
      top();
      draw();
      turn();
      return;
    }
  }
  location.hash = '#/';
}

async function restart() {
  caller.login = await find('/console/login.json').catch(() => null);
  try {
    caller.identity = await find('/api/v1/identity');
  } catch {
    caller.identity = null;
  }
  top();
  banners();
  if (shown) {
    turn();
  } else {
    go();
  }
}

document.getElementById('main').replaceChildren();
controls.onChange(() => turn());
addEventListener('hashchange', () => {
  if (!shown || address().path !== shown.path) {
    go();
    document.getElementById('main').focus();
  }
});
document.addEventListener('visibilitychange', () => { if (!document.hidden) { turn(); } });
// one key switches the shown test off, through the same question as the button
addEventListener('keydown', event => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.getElementById('dialog').open;
  if (event.key === 'd' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && shown?.page === detail && shown.state.report) {
    event.preventDefault();
    controls.disable(shown.state.report.test);
  }
});
setInterval(banners, 2000);
restart();

// The entry: which page the address names, when it reads, and what is above every page.

import {html, render, nothing} from './lit.js';
import {credentials, find, owed} from './api.js';
import {address} from './address.js';
import {caller} from './button.js';
import * as controls from './controls.js';
import {follow, leave} from './live.js';
import {begin as showing, paint} from './paint.js';
import {ago, clock} from './words.js';
import * as tests from './tests.js';
import * as detail from './test.js';
import * as timeline from './timeline.js';
import * as report from './report.js';
import * as models from './models.js';
import * as approvals from './approvals.js';

/** Without an answer or an event for so long, what is shown may be wrong. */
const STALE_MS = 10000;
/** While changes are told, a page still asks from time to time. */
const CALM_MS = 30000;
/** Changes within this time are read at once, and many pages read at different times. */
const GATHER_MS = 500;

const PAGES = [
  {pattern: /^\/?$/, page: tests, title: () => 'Tests'},
  {pattern: /^\/approvals$/, page: approvals, title: () => 'Approvals'},
  {pattern: /^\/models$/, page: models, title: () => 'Models'},
  {pattern: /^\/test\/([^/]+)$/, page: detail, title: id => id},
  {pattern: /^\/test\/([^/]+)\/timeline$/, page: timeline, title: id => id + ': timeline'},
  {pattern: /^\/test\/([^/]+)\/report$/, page: report, title: id => id + ': report'}
];

/** For an address that leads nowhere, such as a link that was cut. */
const nowhere = {
  EVERY: CALM_MS, concerns: () => false, read: async () => ({}),
  view: () => html`<h1>No such page</h1><p>The address leads nowhere: <bdi>${location.hash}</bdi>. All tests are under <a href="#/">Tests</a>.</p>`
};

let shown = null;
let timer = 0;
let gathering = 0;
let callers = 0;

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
    paint(shown.state, shown.page.view(shown.state, shown.argument));
  }
}

/** How long the page waits until it reads again. What no event tells of, such as counts, it reads as often as without events. */
const pace = page => owed.live ? page.FIGURES || CALM_MS : page.EVERY;

/**
 * Reads what the page needs, draws, and comes again. A page has one read at a time, so each one ends and is drawn, however often
 * something changes and however long a read takes. A hidden page reads nothing.
 *
 * @return when a read that began after this call has ended
 */
function turn() {
  const mine = shown;
  if (!mine?.reading) {
    return begin(mine);
  }
  mine.next ??= mine.reading.catch(() => null).then(() => {
    mine.next = null;
    return mine === shown ? turn() : null;
  });
  return mine.next;
}

function begin(mine) {
  clearTimeout(timer);
  clearTimeout(gathering);
  gathering = 0;
  if (document.hidden || !mine) {
    timer = setTimeout(turn, mine ? pace(mine.page) : CALM_MS);
    return Promise.resolve();
  }
  if (mine.changed) {
    // nothing that was read before counts
    mine.changed = false;
    mine.state.slowAt = 0;
  }
  mine.reading = read(mine).finally(() => { mine.reading = null; });
  return mine.reading;
}

async function read(mine) {
  let fresh;
  try {
    fresh = {...await mine.page.read(mine.state, mine.argument), problem: null};
  } catch (problem) {
    fresh = {problem};
  }
  if (mine === shown) {
    clearTimeout(timer);
    timer = setTimeout(turn, pace(mine.page));
    Object.assign(mine.state, fresh);
    draw();
    banners();
  }
}

/** @param event what has changed, or null if that is not known */
function changed(event) {
  if (!shown || gathering || (event && !event.all && !shown.page.concerns(event, shown.argument))) {
    return;
  }
  gathering = setTimeout(() => {
    gathering = 0;
    shown.changed = true;
    turn();
  }, GATHER_MS * (0.5 + Math.random()));
}

/** The stream of a page that is looked at. Where it cannot be had the page polls. */
function connect() {
  if (document.hidden) {
    leave();
  } else {
    follow(changed, turn);
  }
}

/** The page of a path, and what the path names. */
function pageAt(path) {
  for (const {pattern, page, title} of PAGES) {
    const found = pattern.exec(path);
    if (found) {
      try {
        const argument = found[1] === undefined ? null : decodeURIComponent(found[1]);
        return {page, argument, title: title(argument)};
      } catch {
        // such as a percent sign alone
        break;
      }
    }
  }
  return {page: nowhere, argument: null, title: 'No such page'};
}

function go() {
  const {path} = address();
  const {page, argument, title} = pageAt(path);
  shown = {page, argument, state: {}, path};
  showing(shown.state);
  document.title = title + ' – Understudy';
  top();
  draw();
  turn();
}

/** Begins, or begins again as another caller. The page is read at once: who calls is known to the service. */
async function restart() {
  if (shown) {
    // what is being read is for the caller of before
    shown = {...shown, reading: null, next: null};
    turn();
  } else {
    go();
  }
  connect();
  const mine = ++callers;
  const [login, identity] = await Promise.all(['/console/login.json', '/api/v1/identity'].map(path => find(path).catch(() => null)));
  if (mine !== callers) {
    // a later one has begun, and knows who calls
    return;
  }
  Object.assign(caller, {login, identity});
  top();
  banners();
  draw();
}

document.getElementById('main').replaceChildren();
controls.onChange(() => turn());
addEventListener('hashchange', () => {
  if (!shown || address().path !== shown.path) {
    controls.close();
    go();
    document.getElementById('main').focus();
  } else {
    // another search or filter of the same page
    draw();
  }
});
// a hash is an address here, and that of the link would be one of no page
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  document.getElementById('main').focus();
});
document.addEventListener('visibilitychange', () => {
  connect();
  if (!document.hidden) {
    turn();
  }
});
// one key switches the shown test off, through the same question as the button
addEventListener('keydown', event => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.getElementById('dialog').open;
  if (event.key === 'd' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && shown?.page === detail && shown.state.report) {
    event.preventDefault();
    detail.quick(shown.state);
  }
});
setInterval(banners, 2000);
restart();

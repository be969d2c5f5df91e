// What changes, as it changes: the service's stream of events. Without it the pages poll.

import {bearer, owed} from './api.js';

const PATH = '/api/v1/overview/changes';
/** An event comes every 3 s. */
const SILENT_MS = 10000;
/** A stream that ends sooner was ended by something between here and the service. */
const SHORT_MS = 5000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;

let running = null;

/**
 * Follows the changes until it is called again or {@link leave} is, and connects again by itself.
 *
 * @param changed gets each event; null where what came before may have been missed
 * @param lost is called when the stream has ended and another is not to be had at once
 */
export function follow(changed, lost) {
  leave();
  running = new AbortController();
  keep(running.signal, changed, lost);
}

export function leave() {
  running?.abort();
  running = null;
  owed.live = false;
  owed.since = null;
}

const pause = ms => new Promise(done => setTimeout(done, ms));

async function keep(signal, changed, lost) {
  let wait = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const end = await once(signal, changed);
    if (signal.aborted) {
      return;
    }
    owed.live = false;
    if (end === 'over') {
      // the service ends each stream after a while, and looks at the credential again
      wait = FIRST_PAUSE_MS;
      continue;
    }
    lost();
    if (end === 'refused') {
      // the page's own calls say why; another credential begins again
      return;
    }
    // spread, because a service with many readers that is back would get all of them at one time
    await pause(wait * (0.5 + Math.random()));
    wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
  }
}

/** One stream: 'over' when it ended as it should, 'refused' for want of a credential or a role, otherwise 'broken'. */
async function once(signal, changed) {
  const connection = new AbortController();
  const abort = () => connection.abort();
  signal.addEventListener('abort', abort);
  let silence = setTimeout(abort, SILENT_MS);
  const begun = Date.now();
  try {
    const response = await fetch(PATH + '?seconds=' + (45 + Math.floor(15 * Math.random())), {
      headers: {Accept: 'text/event-stream', ...bearer()}, cache: 'no-store', signal: connection.signal
    });
    if (!response.ok) {
      return [401, 403, 404].includes(response.status) ? 'refused' : 'broken';
    }
    for await (const event of events(response.body)) {
      clearTimeout(silence);
      silence = setTimeout(abort, SILENT_MS);
      owed.since = Date.now();
      if (!owed.live) {
        owed.live = true;
        changed(null);
      }
      changed(event);
    }
    // a stream that is over owes nothing
    owed.since = null;
    return Date.now() - begun < SHORT_MS ? 'broken' : 'over';
  } catch {
    return 'broken';
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', abort);
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop();
    for (const line of lines.filter(each => each.startsWith('data:'))) {
      yield JSON.parse(line.slice('data:'.length));
    }
  }
}

// Calls of the service's API. A failure is thrown as a Problem, with what the service said, word for word.

const TOKEN = 'understudy.token';
const ACTOR = 'understudy.actor';

class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

/** The token of this tab. It is gone when the tab is closed. */
export const credentials = {
  get token() { return sessionStorage.getItem(TOKEN) || ''; },
  set token(value) { value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN); },
  /** The name for the audit trail, where the service asks nobody who they are. */
  get actor() { return localStorage.getItem(ACTOR) || ''; },
  set actor(value) { value ? localStorage.setItem(ACTOR, value) : localStorage.removeItem(ACTOR); }
};

/**
 * Since when the service owes an answer or an event, by the clock of the browser; null when it owes none. While the stream of changes
 * is live, the next event is owed.
 */
export const owed = {since: null, live: false};

export const bearer = () => credentials.token ? {Authorization: 'Bearer ' + credentials.token} : {};

const headers = extra => ({Accept: 'application/json', ...extra, ...bearer()});

const noAnswer = failure => new Problem(0, 'No answer', 'the service did not answer: ' + failure.message);

async function answer(response) {
  if (response.status < 502) {
    owed.since = owed.live ? Date.now() : null;
  }
  let text;
  try {
    text = await response.text();
  } catch (failure) {
    throw noAnswer(failure);
  }
  if (response.ok) {
    return text && response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text;
  }
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    // not the service's own answer
  }
  throw new Problem(response.status, said.title || response.statusText || 'Error ' + response.status, said.detail || text);
}

async function send(path, options) {
  let response;
  owed.since ??= Date.now();
  try {
    response = await fetch(path, {cache: 'no-store', signal: AbortSignal.timeout(15000), ...options});
  } catch (failure) {
    throw noAnswer(failure);
  }
  return answer(response);
}

export const get = (path, accept) => send(path, {headers: headers(accept ? {Accept: accept} : {})});

/** Null where there is none (404). */
export async function find(path) {
  try {
    return await get(path);
  } catch (problem) {
    if (problem.status === 404) {
      return null;
    }
    throw problem;
  }
}

/** @param generation the generation that the change is meant for: if somebody was faster, the service refuses with 409 */
export function change(method, path, body, generation) {
  const extra = {};
  if (body !== undefined) {
    extra['Content-Type'] = 'application/json';
  }
  if (generation !== undefined && generation !== null) {
    extra['If-Match'] = '"' + generation + '"';
  }
  if (!credentials.token && credentials.actor) {
    // headers are bytes: the service reads them as UTF-8
    extra['X-Actor'] = String.fromCharCode(...new TextEncoder().encode(credentials.actor));
  }
  return send(path, {method, headers: headers(extra), body: body === undefined ? undefined : JSON.stringify(body)});
}

/** The same call as one types it into a shell. */
export function curl(method, path, body, generation) {
  const quoted = text => "'" + text.replaceAll("'", "'\\''") + "'";
  const parts = ['curl'];
  if (method !== 'GET') {
    parts.push('-X', method);
  }
  parts.push(quoted(location.origin + path));
  if (credentials.token) {
    parts.push('-H', '"Authorization: Bearer $TOKEN"');
  } else if (credentials.actor && method !== 'GET') {
    parts.push('-H', quoted('X-Actor: ' + credentials.actor));
  }
  if (generation !== undefined && generation !== null) {
    parts.push('-H', quoted('If-Match: "' + generation + '"'));
  }
  if (body !== undefined) {
    parts.push('-H', quoted('Content-Type: application/json'), '-d', quoted(JSON.stringify(body)));
  }
  return parts.join(' ');
}

export const test = id => '/api/v1/ab-test/' + encodeURIComponent(id);

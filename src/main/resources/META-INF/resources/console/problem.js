// What the service said when a page could not be read, and what to do about it.

import {html, nothing} from './lit.js';

export function problem(failure) {
  if (!failure) {
    return nothing;
  }
  const next = failure.status === 401 ? 'Give your token with the button at the top right.'
    : failure.status === 0 ? 'This page tries again by itself.' : '';
  return html`<div class="problem" role="alert"><b>${failure.status || ''} ${failure.title || 'This page broke'}</b><p>${failure.detail || failure.message}</p>${next ? html`<p>${next}</p>` : nothing}</div>`;
}

/** What a page has before its first answer: a word that it comes, or the reason why it does not. */
export const waiting = page => html`${problem(page.problem)}${page.problem ? nothing : html`<p class="wait">Loading …</p>`}`;

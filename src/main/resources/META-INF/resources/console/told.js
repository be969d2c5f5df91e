// What has to be said when there is no place for it on the page: above it, until it was read.

import {html, nothing, render} from './lit.js';

const MOST = 3;

let all = [];

function draw() {
  render(all.map(each => html`<div class="banner ${each.bad ? 'bad' : ''}">
    <div><b>${each.title}</b> <bdi>${each.text}</bdi>${each.answer ? html`<details><summary>The answer</summary><pre tabindex="0">${each.answer}</pre></details>` : nothing}</div>
    <button @click=${() => dismiss(each)}>Dismiss</button></div>`), document.getElementById('told'));
}

function dismiss(one) {
  all = all.filter(each => each !== one);
  draw();
  // the button that had the focus is gone
  document.getElementById('main').focus({preventScroll: true});
}

/**
 * The same title again replaces what was said before.
 *
 * @param more.bad whether it went wrong
 * @param more.answer what the service said, word for word
 */
export function tell(title, text, more = {}) {
  all = [...all.filter(each => each.title !== title), {title, text, ...more}].slice(-MOST);
  draw();
}

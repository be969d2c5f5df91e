// Draws the page that is shown, and no other: what was asked for may come when a person has gone on to the next page.

import {render} from './lit.js';

let shown = null;

/** @param state of the page that is shown from now on */
export const begin = state => { shown = state; };

export const isShown = state => state === shown;

/** Draws a page, unless another is shown by now. */
export function paint(state, view) {
  if (isShown(state)) {
    render(view, document.getElementById('main'));
  }
}

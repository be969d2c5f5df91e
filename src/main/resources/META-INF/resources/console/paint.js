import {render} from './lit.js';

export const paint = view => render(view, document.getElementById('main'));

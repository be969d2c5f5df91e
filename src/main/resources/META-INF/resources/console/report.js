// The service's own document, which prints well.

import {html} from './lit.js';
import {get, test as pathOf} from './api.js';
import {problem, waiting} from './problem.js';

export const EVERY = 5000;

const SLOW = 25000;

export const concerns = (event, id) => event.tests.includes(id);

export async function read(page, id) {
  if (page.slowAt && Date.now() - page.slowAt <= SLOW) {
    // whether the service is still there
    await get('/api/v1/identity');
    return {};
  }
  return {
    slowAt: Date.now(),
    document: await get(pathOf(id) + '/report?hours_back=168', 'text/markdown')
  };
}

export function view(page, id) {
  return html`<p class="controls"><a href=${'#/test/' + encodeURIComponent(id)}>Back to the test</a> <button @click=${() => print()}>Print</button></p>
    ${page.document ? html`${problem(page.problem)}<article>${blocks(page.document)}</article>` : waiting(page)}`;
}

/** The few forms that the service's reports have. Anything else stays text; nothing of it is read as HTML. */
function blocks(text) {
  const all = [];
  let table = [];
  let list = [];
  const end = () => {
    if (table.length) {
      all.push(tableOf(table));
      table = [];
    }
    if (list.length) {
      const items = list;
      all.push(html`<ul>${items.map(item => html`<li>${inline(item)}</li>`)}</ul>`);
      list = [];
    }
  };
  for (const line of text.split('\n')) {
    const heading = /^(#{1,4}) (.*)/.exec(line);
    const item = /^[-*] (.*)/.exec(line);
    if (line.startsWith('|')) {
      table.push(line);
    } else if (item) {
      list.push(item[1]);
    } else if (list.length && /^ {2,}\S/.test(line)) {
      list[list.length - 1] += ' ' + line.trim();
    } else {
      end();
      if (heading) {
        const text = inline(heading[2]);
        all.push(heading[1].length === 1 ? html`<h1>${text}</h1>` : heading[1].length === 2 ? html`<h2>${text}</h2>` : html`<h3>${text}</h3>`);
      } else if (line.trim()) {
        all.push(html`<p>${inline(line)}</p>`);
      }
    }
  }
  end();
  return all;
}

const cells = line => line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/).map(cell => cell.trim());

function tableOf(lines) {
  const rows = lines.filter(line => !/^\|[\s:|-]+$/.test(line)).map(cells);
  const name = 'Table: ' + rows[0].filter(Boolean).concat(rows[1]?.[0] || []).join(', ');
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${name}><table>
    <thead><tr>${rows[0].map(cell => cell ? html`<th scope="col">${inline(cell)}</th>` : html`<td></td>`)}</tr></thead>
    <tbody>${rows.slice(1).map(row => html`<tr>${row.map(cell => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table></div>`;
}

const plain = text => text.replace(/\\([\\`*_{}[\]()#+.!|<>~&-])/g, '$1');

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map(part => part.startsWith('**') ? html`<b>${plain(part.slice(2, -2))}</b>`
    : part.startsWith('`') && part.length > 1 ? html`<code>${part.slice(1, -1)}</code>` : plain(part));
}


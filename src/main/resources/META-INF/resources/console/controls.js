// Every change: a dialog that says what happens, the same as curl, and the service's answer word for word.

import {html, render, nothing} from './lit.js';
import {change, credentials, curl, test as pathOf} from './api.js';
import {caller} from './button.js';
import {tell} from './told.js';
import {NEEDS, count, measure, percent} from './words.js';

const dialog = () => document.getElementById('dialog');

/** Called after each change that the service accepted. */
let changed = async () => {};
export const onChange = listener => { changed = listener; };

/** The dialog that is open. One that is over draws no more: its answer may come when another is open in its place. */
let current = null;

/** Also when the page below it changes: a question is about what is seen. */
export function close() {
  current = null;
  if (dialog().open) {
    dialog().close();
  }
}

/** Empty, open, and nobody else's. Escape closes it without asking us. */
function begin(mine) {
  current = mine;
  render(nothing, dialog());
  dialog().onclose = () => { current = dialog().open ? current : null; };
}

/**
 * Asks, sends, and shows the answer.
 *
 * @param ask.title what the button said
 * @param ask.about the test or the like that it is about
 * @param ask.says what will happen
 * @param ask.fields of the form: {name, label, type, value, hint, required, options, step, min, max}
 * @param ask.request of the form's values: {method, path, body, generation}; throws an Error whose text is shown
 * @param ask.typed a text that has to be typed before the button works
 * @param ask.more what else follows from the form's values
 * @param ask.danger whether it changes what trades
 */
export function open(ask) {
  const values = Object.fromEntries((ask.fields || []).map(field => [field.name, field.value ?? '']));
  let typed = '';
  let busy = false;
  let answer = null;
  const mine = {};

  const request = () => {
    try {
      return ask.request(values);
    } catch (wrong) {
      return {wrong: wrong.message};
    }
  };

  async function submit(event) {
    event.preventDefault();
    const made = request();
    if (busy || made.wrong) {
      return;
    }
    busy = true;
    draw();
    try {
      const said = await change(made.method, made.path, made.body, made.generation);
      // the next change is decided on what the page then shows
      await changed();
      answer = {ok: true, said};
    } catch (problem) {
      answer = {ok: false, problem};
    }
    busy = false;
    if (isOpen()) {
      draw();
    } else {
      late(ask, answer);
    }
  }

  const isOpen = () => current === mine && dialog().open;

  function set(field, value) {
    values[field.name] = value;
    answer = null;
    draw();
  }

  function input(field) {
    const id = 'field-' + field.name;
    const hint = field.hint ? html`<small id=${id + '-hint'}>${field.hint}</small>` : nothing;
    if (field.options) {
      return html`<label for=${id}>${field.label}</label>
        <select id=${id} @change=${event => set(field, event.target.value)}>
          ${field.options.map(option => html`<option value=${option.value ?? option} ?selected=${(option.value ?? option) === values[field.name]}>${option.text ?? option}</option>`)}
        </select>${hint}`;
    }
    if (field.type === 'checkbox') {
      return html`<label class="check"><input type="checkbox" id=${id} .checked=${Boolean(values[field.name])} @change=${event => set(field, event.target.checked)}> ${field.label}</label>${hint}`;
    }
    if (field.type === 'textarea') {
      return html`<label for=${id}>${field.label}</label>
        <textarea id=${id} rows=${field.rows || 8} spellcheck="false" .value=${values[field.name]} @input=${event => set(field, event.target.value)}></textarea>${hint}`;
    }
    return html`<label for=${id}>${field.label}</label>
      <input id=${id} type=${field.type || 'text'} step=${field.step || nothing} min=${field.min ?? nothing} max=${field.max ?? nothing}
        .value=${String(values[field.name])} ?required=${field.required} autocomplete="off" @input=${event => set(field, event.target.value)}>${hint}`;
  }

  function draw() {
    const made = request();
    const ready = !made.wrong && !busy && (!ask.typed || typed === ask.typed) && !(answer && answer.ok);
    render(html`<form @submit=${submit}>
      <h2 id="dialog-title">${ask.title}</h2>
      <p>${ask.says}</p>
      ${(ask.fields || []).map(input)}
      ${ask.typed ? html`<label for="typed">Type <b>${ask.typed}</b> to confirm</label>
        <input id="typed" autocomplete="off" @input=${event => { typed = event.target.value; draw(); }}>` : nothing}
      ${ask.more ? ask.more(values) : nothing}
      ${made.wrong ? html`<p class="problem">${made.wrong}</p>` : html`<details><summary>The same with curl</summary><pre tabindex="0">${curl(made.method, made.path, made.body, made.generation)}</pre></details>`}
      ${answer ? said(answer) : nothing}
      <menu>
        <button type="button" @click=${close}>${busy || answer && answer.ok ? 'Close' : 'Cancel'}</button>
        <button type="submit" class=${ask.danger ? 'danger' : 'main'} ?disabled=${!ready}>${busy ? 'Sending …' : ask.title}</button>
      </menu>
    </form>`, dialog());
  }

  begin(mine);
  draw();
  dialog().showModal();
}

const words = answer => typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2);

/** Whether a change was made is not known where no answer came. */
const unsure = problem => problem.status === 0 ? 'It may have been done: look before you try again.' : '';

function said(answer) {
  if (answer.ok) {
    return html`<div class="done" role="status"><b>Done.</b>${answer.said ? html`<pre tabindex="0">${words(answer.said)}</pre>` : nothing}</div>`;
  }
  const {problem} = answer;
  return html`<div class="problem" role="alert"><b>${problem.status || ''} ${problem.title || 'This page broke'}</b><p>${problem.detail || problem.message} ${unsure(problem)}</p></div>`;
}

/** The answer to a dialog that is over: what it asked for was sent, and may have happened. */
function late(ask, answer) {
  const title = ask.title + (ask.about ? ' of ' + ask.about : '') + ':';
  if (answer.ok) {
    tell(title, answer.said?.state === 'pending' ? 'It waits for another person.' : 'Done.', {answer: answer.said ? words(answer.said) : ''});
  } else {
    const {problem} = answer;
    tell(title, `${problem.status || ''} ${problem.title || 'This page broke'}: ${problem.detail || problem.message} ${unsure(problem)}`, {bad: true});
  }
}

const fraction = text => {
  const value = Number(text);
  if (String(text).trim() === '' || !(value >= 0 && value <= 1)) {
    throw new Error('the split is a number from 0 to 1, such as 0.05');
  }
  return value;
};

const whole = (text, least, what) => {
  const value = Number(text);
  // an empty field is not nought
  if (String(text).trim() === '' || !Number.isSafeInteger(value) || value < least) {
    throw new Error(`${what}: a whole number from ${least}`);
  }
  return value;
};

/** The path of a number that is too large to be one, such as 1e999: it would be sent as null. */
function infinite(value, path = '') {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : path || 'the number';
  }
  return value === null || typeof value !== 'object' ? null
    : Object.entries(value).map(([name, part]) => infinite(part, path ? path + '.' + name : name)).find(Boolean) || null;
}

const json = text => {
  let value;
  try {
    value = JSON.parse(text);
  } catch (wrong) {
    throw new Error('this is not JSON: ' + wrong.message);
  }
  const wrong = infinite(value);
  if (wrong) {
    throw new Error(wrong + ': this number is too large');
  }
  return value;
};

const listed = text => text.split(/[,\s]+/).filter(Boolean);

const call = (test, path, body, method = 'POST') => () => ({method, path: pathOf(test.test_id) + path, body, generation: test.generation});

// --- the controls of a test ---

/** Never bound to a generation: it has to work when somebody else has just changed the test. */
export const disable = test => open({
  about: test.test_id, title: 'Switch off', danger: true,
  says: `Control answers every request of ${test.test_id} from now on. No second person is needed.`,
  fields: [{name: 'reason', label: 'Reason', hint: 'for the trail; may be left out'}],
  request: values => ({method: 'POST', path: pathOf(test.test_id) + '/disable', body: values.reason.trim() ? {reason: values.reason.trim()} : undefined})
});

export const enable = test => open({
  about: test.test_id, title: 'Switch on', says: `${test.test_id} runs again, as before: ${test.mode === 'shadow' ? 'both models answer, and control’s answer is used' : percent(test.traffic_split) + ' of its units go to the treatment'}.`,
  request: call(test, '/enable')
});

export const split = test => open({
  about: test.test_id, title: 'Change the split', says: 'The fraction of units that the treatment answers. Units that are the treatment’s stay so when it grows.',
  fields: [{name: 'split', label: 'Treatment’s fraction', type: 'number', step: 'any', min: 0, max: 1, value: test.traffic_split}],
  request: values => ({method: 'POST', path: pathOf(test.test_id) + '/update-split', body: {traffic_split: fraction(values.split)}, generation: test.generation})
});

export const startRamp = test => open({
  about: test.test_id, title: 'Start a ramp', says: 'The split grows step by step, each as soon as its time is over and the evidence passes.',
  fields: [
    {name: 'steps', label: 'Steps', value: '0.05, 0.1, 0.25, 0.5, 1', hint: 'each larger than the one before'},
    {name: 'hold', label: 'Seconds at each step, at least', type: 'number', min: 0, value: 3600},
    {name: 'samples', label: 'Requests of treatment at each step, at least', type: 'number', min: 1, value: 1000},
    {name: 'approve', label: 'A person approves each step', type: 'checkbox', value: true},
    {name: 'rehearse', label: 'Rehearse as a shadow first', type: 'checkbox', value: true}
  ],
  request: values => ({
    method: 'POST', path: pathOf(test.test_id) + '/ramp', generation: test.generation,
    body: {
      steps: listed(values.steps).map(fraction), hold_seconds: whole(values.hold, 0, 'seconds at each step'),
      minimum_samples: whole(values.samples, 1, 'requests of treatment at each step'), approval: values.approve ? 'approve' : 'auto', rehearse: Boolean(values.rehearse)
    }
  })
});

const RAMP = {
  pause: ['Pause the ramp', 'The split stays as it is until the ramp is resumed.'],
  resume: ['Resume the ramp', 'The ramp goes on where it was paused.'],
  approve: ['Approve the next step', 'The split grows to the next step now.'],
  abort: ['End the ramp', 'The ramp ends and the test is switched off: control answers every request.']
};

export const ramp = (test, what) => open({about: test.test_id, title: RAMP[what][0], says: RAMP[what][1], danger: what === 'abort', request: call(test, '/ramp/' + what)});

export const promote = (test, verdict) => open({
  about: test.test_id, title: 'Promote', danger: true, typed: test.test_id,
  says: `${test.treatment_version} answers every request for ${test.control_model} from now on.`
    + (test.four_eyes ? ' Another person has to approve it first.' : '')
    + (verdict === 'promote' ? '' : ' The verdict is not “promote”: the service refuses unless you say why.'),
  fields: verdict === 'promote' ? [] : [{name: 'override', label: 'Reason to promote against the verdict', hint: 'is an event, and shown everywhere'}],
  request: values => ({
    method: 'POST', path: pathOf(test.test_id) + '/promote', body: values.override ? {override: values.override} : undefined, generation: test.generation
  })
});

export const revert = test => open({
  about: test.test_id, title: 'Take the promotion back', danger: true, says: `${test.control_model} is answered by the model of that name again.`,
  request: call(test, '/promote', undefined, 'DELETE')
});

export const guardrails = test => open({
  about: test.test_id, title: 'Change the guardrails', says: 'Limits and actions. A changed limit begins with the evidence that is there; the trail keeps both.',
  fields: [{name: 'all', label: 'Guardrails', type: 'textarea', rows: 16, value: JSON.stringify(editable(test.guardrails), null, 2)}],
  request: values => ({method: 'PUT', path: pathOf(test.test_id) + '/guardrails', body: json(values.all), generation: test.generation})
});

/** As they are sent: an action that follows from the mode is left out. */
function editable(guardrails) {
  return Object.fromEntries(Object.entries(guardrails || {}).map(([name, value]) => {
    if (value && value.action === 'by_mode') {
      const {action, ...rest} = value;
      return [name, rest];
    }
    return [name, value];
  }));
}

export const clear = (test, guardrail) => open({
  about: test.test_id, title: 'Clear the breach', says: `The evidence against ${guardrail} is set aside, and gathered again from now on.`,
  fields: [{name: 'reason', label: 'Reason', required: true}],
  request: values => {
    if (!values.reason.trim()) {
      throw new Error('a reason is needed');
    }
    return {method: 'POST', path: pathOf(test.test_id) + '/guardrails/' + guardrail + '/clear', body: {reason: values.reason}, generation: test.generation};
  }
});

export const symbols = test => open({
  about: test.test_id, title: 'Change the symbols', says: 'To requests with another symbol the test does not apply: the model that was asked for answers.',
  fields: [{name: 'symbols', label: 'Only for these symbols', value: (test.symbols || []).join(', '), hint: 'such as SPX, BTC-*; empty: for all'}],
  request: values => ({method: 'PUT', path: pathOf(test.test_id) + '/symbols', body: {symbols: listed(values.symbols)}, generation: test.generation})
});

const POSITIONS = {HOLD: 0, BUY: 1, SELL: -1};
const PLAN = {cost: 0.0001, clip: 0.05, block: 'P1D', horizon: 'P1D', limit: -0.0005, action: 'alert', promote: 'not_worse'};

/** A plan to begin with. Actions whose names say nothing of a position stand at 0 and are for the person to fill in. */
const firstPlan = actions => ({positions: Object.fromEntries((actions.length ? actions : Object.keys(POSITIONS)).map(name => [name, POSITIONS[name] || 0])), ...PLAN});

export const outcome = (test, actions) => open({
  about: test.test_id, title: 'Change the outcome plan', says: 'How what the market made of each decision is judged. Changed positions, cost, clip, block or horizon begin new evidence.',
  fields: [{name: 'plan', label: 'Outcome plan', type: 'textarea', rows: 14, value: JSON.stringify(test.outcome || firstPlan(actions), null, 2)}],
  request: values => ({method: 'PUT', path: pathOf(test.test_id) + '/outcome', body: json(values.plan), generation: test.generation})
});

export const remove = test => open({
  about: test.test_id, title: 'Delete', danger: true, typed: test.test_id, says: `${test.test_id} ends. Its results and its trail are kept; its name is not used again.`
    + (test.promotion ? ` Its promotion stays: ${test.promotion.serves} goes on answering for ${test.promotion.model}.` : ''),
  request: call(test, '', undefined, 'DELETE')
});

const decision = (approval, what) => '/api/v1/approvals/' + approval.approval_id + '/' + what;

export const approve = approval => open({
  about: approval.test_id, title: 'Approve', says: `What ${approval.requested_by} asked for is done at once, if nothing has changed since.`, danger: true,
  request: () => ({method: 'POST', path: decision(approval, 'approve')})
});

export const reject = approval => open({
  about: approval.test_id, title: 'Reject', says: `Nothing is done. ${approval.requested_by} sees the reason.`,
  fields: [{name: 'reason', label: 'Reason', required: true}],
  request: values => {
    if (!values.reason.trim()) {
      throw new Error('a reason is needed');
    }
    return {method: 'POST', path: decision(approval, 'reject'), body: {reason: values.reason}};
  }
});

export const reload = () => open({
  title: 'Reload the models', says: 'Every replica reads the model folder again. Versions that changed are checked first; tests that use one say so.',
  request: () => ({method: 'POST', path: '/api/v1/models/reload'})
});

// --- a new test ---

/** What is counted under a new test, and how many of it the guardrails need. */
function needs({mode}) {
  const split = mode !== 'shadow';
  return html`<details><summary>Which units and how many samples it will need</summary>
    <p>${split
      ? 'A unit is what unit_id names, such as an account, or the request where it names none; each keeps its model. A tenth of the requests are put to both models, as pairs.'
      : 'Each request is put to both models, and is a pair. No unit gets the treatment’s answer.'}</p>
    <table><thead><tr><th scope="col">Guardrail</th><th scope="col" class="number">broken from</th><th scope="col" class="number">kept from</th><th scope="col">counted in</th></tr></thead>
      <tbody>${NEEDS.filter(([name]) => split || name !== 'split_deviation').map(([name, broken, kept]) => html`<tr><th scope="row">${measure(name).title}</th>
        <td class="number">${broken ? count(broken) : 'any'}</td><td class="number">${count(kept)}</td><td>${measure(name).counted}</td></tr>`)}</tbody></table>
    <p class="quiet">At the least: narrow differences from a limit need more, and the page of the test says how many are missing.</p></details>`;
}

export function create(models) {
  const names = models.filter(model => model.state === 'loaded').map(model => model.name);
  open({
    title: 'Create the test', says: 'The service checks the rest, and says what is wrong.',
    fields: [
      {name: 'test_id', label: 'Name of the test', required: true, hint: 'letters, digits, “-”, “_”, “.”; is not used again after the test is deleted'},
      {name: 'control', label: 'Control: the model that answers today', options: names, value: names[0]},
      {name: 'treatment', label: 'Treatment: the model to try', options: names, value: names[1] || names[0]},
      {name: 'mode', label: 'Begin as', options: [{value: 'shadow', text: 'a shadow: both answer, control’s answer is used'}, {value: 'traffic_split', text: 'a split: some units get the treatment'}, {value: 'ramp', text: 'a ramp: a shadow, then 5%, 10%, 25%, 50%, 100%'}], value: 'shadow'},
      {name: 'split', label: 'Treatment’s fraction in a split', type: 'number', step: 'any', min: 0, max: 1, value: '0.05'},
      {name: 'description', label: 'What for', value: ''},
      {name: 'explicit', label: 'Only for requests that name this test', type: 'checkbox', value: false},
      {name: 'symbols', label: 'Only for these symbols', value: '', hint: 'such as SPX, BTC-*; empty: for all'},
      {name: 'two', label: 'Another person approves promotions, steps of ramps and looser limits', options: [{value: '', text: 'as the service is set'}, {value: 'yes', text: 'yes'}, {value: 'no', text: 'no'}], value: ''}
    ],
    more: values => needs(values),
    request: values => {
      if (!values.test_id.trim()) {
        throw new Error('the test needs a name');
      }
      const body = {
        test_id: values.test_id.trim(), control_model: values.control, treatment_model: values.treatment,
        mode: values.mode === 'shadow' ? 'shadow' : 'traffic_split', description: values.description
      };
      if (values.mode === 'traffic_split') {
        body.traffic_split = fraction(values.split);
      }
      if (values.mode === 'ramp') {
        body.ramp = {approval: 'approve'};
      }
      if (values.control === values.treatment) {
        body.aa = true;
      }
      if (values.explicit) {
        body.explicit = true;
      }
      if (values.symbols.trim()) {
        body.symbols = listed(values.symbols);
      }
      if (values.two) {
        body.four_eyes = values.two === 'yes';
      }
      return {method: 'POST', path: '/api/v1/ab-test/create', body};
    }
  });
}

/** By the identity provider, where the service offers that. A token of this tab would count before it. */
function provider() {
  if (!caller.login || !caller.login.offered) {
    return nothing;
  }
  return caller.login.signed_in
    ? html`<p>You are signed in${credentials.token ? ', but the token below counts' : ''}. <a href="/console/logout">Sign out</a></p>`
    : html`<p><a href="/console/login" @click=${() => { credentials.token = ''; }}>Sign in</a> with the identity provider, or give a token:</p>`;
}

/** Who one is: a login, a token for this tab, or a name where the service needs neither. */
export function identify(done) {
  let token = credentials.token;
  let actor = credentials.actor;
  const save = event => {
    event.preventDefault();
    credentials.token = token.trim();
    credentials.actor = actor.trim();
    close();
    done();
  };
  begin({});
  render(html`<form @submit=${save}>
    <h2 id="dialog-title">Who are you?</h2>
    ${provider()}
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="off" .value=${token} @input=${event => { token = event.target.value; }}>
    <small>where the service asks for one; kept in this tab until it is closed</small>
    <label for="actor">Name</label>
    <input id="actor" autocomplete="username" .value=${actor} @input=${event => { actor = event.target.value; }}>
    <small>for the audit trail, where the service asks nobody who they are; with a token its name counts</small>
    <menu><button type="button" @click=${close}>Cancel</button><button type="submit" class="main">Save</button></menu>
  </form>`, dialog());
  dialog().showModal();
}

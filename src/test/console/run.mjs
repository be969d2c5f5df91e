// The console in a real browser: node run.mjs BASE PID OTHER POSTMASTER, where PID and OTHER are two replicas and BASE is the first one's
// address. Tokens have the names of their roles. Prints "N passed, 0 failed".
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pages} from './pages.mjs';
import {browser, check, failures, pass, run, sees} from './suite.mjs';

const [base, pid, other, postmaster] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<script>globalThis.hostile=1</script><img src=x onerror="globalThis.hostile=1"> **bold** \u202Etxet';
const LONG = 'x'.repeat(100);

async function api(method, path, body, role = 'operator') {
  const response = await fetch(base + path, {
    method, headers: {Authorization: 'Bearer ' + role, ...(body ? {'Content-Type': 'application/json'} : {})}, body: body && JSON.stringify(body)
  });
  if (!response.ok) {
    throw new Error(method + ' ' + path + ': ' + response.status + ' ' + await response.text());
  }
  return response.json().catch(() => null);
}

const TEST = '/api/v1/ab-test/';
const features = () => Array.from({length: 43}, () => Math.random() - 0.5);

async function ask(test, times) {
  for (let n = 0; n < times; n++) {
    await api('POST', '/api/v1/predict', {symbol: 'SPX', features: features(), model: 'bull_specialist', test_id: test, unit_id: 'acct-' + n % 7}, 'caller');
  }
  await api('POST', TEST + test + '/flush');
}

/** A page that has given the role's token by the dialog, as a person does; prepare gets it before it is opened. */
async function as(role, options = {}, prepare = async () => null) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  await prepare(page);
  page.on('pageerror', error => failures.push(role + ': error in the page: ' + error.message));
  page.on('request', request => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) {
      failures.push('a request to another host: ' + request.url());
    }
  });
  page.on('console', message => {
    if (message.text().includes('Content Security Policy')) {
      failures.push('against the policy: ' + message.text());
    }
  });
  await page.goto(base + '/');
  await page.getByRole('button', {name: 'Who are you?'}).click();
  await page.getByLabel('Token').fill(role);
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByRole('button', {name: role + '-token', exact: true}).waitFor();
  return page;
}

const CHANGES = '**/api/v1/overview/changes*';

/** Until the page follows the changes, and has read what it shows since then. */
async function follows(page) {
  await page.evaluate(async () => {
    const {owed} = await import('/console/api.js');
    while (!owed.live) {
      await new Promise(done => setTimeout(done, 50));
    }
  });
}

async function show(page, hash, heading) {
  await page.evaluate(to => { location.hash = to; }, hash);
  await page.getByRole('heading', {level: 1, name: heading}).waitFor();
}

/** Opens a control's dialog, fills it in, sends it, and closes it. */
async function use(page, name, fill = {}, send = name) {
  await page.getByRole('button', {name, exact: true}).click();
  const dialog = page.getByRole('dialog');
  for (const [label, value] of Object.entries(fill)) {
    const field = dialog.getByLabel(label);
    if (typeof value === 'boolean') {
      await field.setChecked(value);
    } else if (await field.evaluate(element => element.tagName === 'SELECT')) {
      await field.selectOption(value);
    } else {
      await field.fill(value);
    }
  }
  await dialog.getByRole('button', {name: send, exact: true}).click();
  await dialog.locator('.done, .problem[role=alert]').waitFor();
  const answer = await dialog.locator('.done, .problem[role=alert]').innerText();
  await dialog.getByRole('button', {name: /Close|Cancel/}).click();
  return answer;
}

async function accessible(role, hash, heading, options) {
  // the checker is a script of ours: the policy would keep it out
  const page = await as(role, {...options, bypassCSP: true});
  await show(page, hash, heading);
  await page.locator('.wait').waitFor({state: 'detached'});
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}));
  check('accessible: ' + hash + ' ' + JSON.stringify(options), !violations.length, violations.map(each => each.id + ' ' + each.nodes[0].html.slice(0, 120)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check('fits its width: ' + hash + ' ' + JSON.stringify(options), wide <= 0, wide);
  await page.context().close();
}

await run(async () => {
  await api('POST', TEST + 'create', {test_id: 'spx', control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', mode: 'shadow', description: HOSTILE, explicit: true});
  await api('POST', TEST + 'create', {test_id: LONG, control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', mode: 'shadow', description: LONG, explicit: true});
  await ask('spx', 40);

  // who may what
  const viewer = await as('viewer');
  await show(viewer, '/', 'Tests');
  await viewer.getByRole('link', {name: 'spx', exact: true}).waitFor();
  const beyond = await viewer.getByRole('region', {name: 'Tests'}).evaluate(region => region.scrollWidth - region.clientWidth);
  check('long names do not widen the list', beyond <= 0, beyond);
  check('the hostile description is text', (await viewer.locator('#main').innerText()).includes('<script>'));
  await viewer.getByLabel('Search by name').fill('nothing like that');
  await sees('the search says that nothing fits', viewer.getByText('No test fits the search.'));
  check('the search is in the address', viewer.url().includes('q=nothing'));
  await show(viewer, '/test/spx', 'spx');
  for (const name of [/^Switch off/, /^Promote/, /^Delete/, /^Guardrails/]) {
    const control = viewer.getByRole('button', {name});
    check('off for a viewer: ' + name, await control.getAttribute('aria-disabled') === 'true');
    check('says why: ' + name, /needs the role/.test(await control.getAttribute('title')));
  }
  const report = await api('GET', TEST + 'spx/report', undefined, 'viewer');
  const drawn = viewer.getByRole('region', {name: 'Drawn, seen and lost'});
  await sees('what was lost is shown', drawn.getByText('Rows of the shadow lost'));
  const differing = viewer.getByRole('region', {name: 'Newest disagreements'});
  if (report.disagreements.length) {
    await viewer.getByLabel('Symbol', {exact: true}).selectOption('SPX');
    await sees('disagreements by symbol', differing.locator('tbody tr'));
    check('the symbol is in the address', viewer.url().includes('symbol=SPX'));
  }
  check('five states, by word and by shape', await viewer.evaluate(async () => {
    const {state} = await import('/console/words.js');
    const {render} = await import('/console/lit.js');
    const shown = ['none', 'collecting', 'harm', 'sound', 'never'].map(key => {
      const box = document.createElement('div');
      render(state(key), box);
      return box;
    });
    const different = get => new Set(shown.map(get)).size === shown.length;
    return different(box => box.textContent.trim()) && different(box => box.querySelector('svg').innerHTML.replace(/<!--.*?-->/g, ''));
  }));
  const utc = await viewer.locator('time').first().innerText();
  await viewer.getByRole('button', {name: 'Times in UTC'}).click();
  check('times are UTC', utc.endsWith('UTC'), utc);
  await sees('or local', viewer.getByRole('button', {name: 'Local times'}));
  await viewer.getByRole('button', {name: 'Local times'}).click();
  await show(viewer, '/test/spx/timeline', 'spx: timeline');
  await viewer.getByText('operator-token').first().waitFor();
  const [saved] = await Promise.all([viewer.waitForEvent('download'), viewer.getByRole('button', {name: 'Export as JSON'}).click()]);
  const exported = JSON.parse(readFileSync(await saved.path(), 'utf8'));
  check('the export has the events as the service says them', exported.length === 1 && exported[0].to.description === HOSTILE && Boolean(exported[0].hash), exported);
  await show(viewer, '/models', 'Models');
  await viewer.getByText('bull_specialist_v2').first().waitFor();
  await viewer.evaluate(() => { location.hash = '/test/spx/report'; });
  await viewer.getByRole('heading', {level: 1, name: /spx/}).waitFor();
  await viewer.emulateMedia({media: 'print'});
  check('on paper there is the report alone', await viewer.locator('article').isVisible() && !await viewer.getByRole('navigation').isVisible()
    && !await viewer.getByRole('button', {name: 'Print'}).isVisible());
  await viewer.emulateMedia({media: 'screen'});
  check('nothing hostile ran', await viewer.evaluate(() => globalThis.hostile === undefined));
  await viewer.evaluate(() => { location.hash = '/test/absent'; });
  await viewer.getByText('test absent does not exist').waitFor();
  pass();
  await viewer.context().close();

  // who calls is what was asked last, also where the answer before comes later
  let first = null;
  const hasty = await as('viewer', {}, page => page.route('**/api/v1/identity', route => {
    if (first) {
      return route.continue();
    }
    first = route.fetch().then(async response => {
      await new Promise(done => setTimeout(done, 1500));
      await route.fulfill({response});
    });
    return first;
  }));
  await first;
  await hasty.evaluate(() => new Promise(done => setTimeout(done, 200)));
  check('a later answer to an earlier question does not change who calls',
    await hasty.getByRole('button', {name: 'viewer-token', exact: true}).isVisible());
  await hasty.context().close();

  // what changes is shown as it changes; without the stream, as often as the page asks
  const told = await as('viewer');
  const polling = await as('viewer');
  await polling.route(CHANGES, route => route.fulfill({status: 503, contentType: 'application/problem+json', body: '{}'}));
  await polling.reload();
  const asked = {told: 0, polling: 0};
  told.on('request', request => { asked.told += request.url().endsWith('/api/v1/overview') ? 1 : 0; });
  polling.on('request', request => { asked.polling += request.url().endsWith('/api/v1/overview') ? 1 : 0; });
  await show(told, '/', 'Tests');
  await follows(told);
  await show(polling, '/', 'Tests');
  await api('POST', TEST + 'create', {test_id: 'told', control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', mode: 'shadow', explicit: true});
  await Promise.all([told, polling].map(page => page.getByRole('link', {name: 'told', exact: true}).waitFor({timeout: 10_000})));
  pass();
  await show(told, '/test/told/timeline', 'told: timeline');
  await told.getByText('created').first().waitFor();
  await api('POST', TEST + 'told/disable', {reason: HOSTILE});
  await told.locator('.events').getByText('switched off').waitFor({timeout: 10_000});
  check('the reason is in the trail, as text', (await told.locator('.events').innerText()).includes('<script>'));
  check('a page that is told asks less often', asked.told < asked.polling + 4, asked);
  await told.route(CHANGES, route => route.abort());
  await told.evaluate(async () => (await import('/console/live.js')).leave());
  await told.context().close();
  await polling.context().close();
  await api('DELETE', TEST + 'told');

  // the form of a new test says what the guardrails of a test will need
  const planner = await as('operator');
  await show(planner, '/', 'Tests');
  await planner.getByRole('button', {name: 'New test', exact: true}).click();
  const form = planner.getByRole('dialog');
  await sees('what is missing is said as one types', form.getByText('the test needs a name'));
  await form.getByLabel('Name of the test').fill('planned');
  await form.getByLabel('Begin as').selectOption('traffic_split');
  await form.getByLabel('Treatment’s fraction in a split').fill('7');
  await sees('what is wrong is said as one types', form.getByText('a number from 0 to 1'));
  check('what is wrong cannot be sent', await form.getByRole('button', {name: 'Create the test'}).isDisabled());
  await form.getByLabel('Treatment’s fraction in a split').fill('0.1');
  await form.getByText('The same with curl').click();
  check('the same as curl', (await form.locator('pre').innerText()).includes('"traffic_split":0.1'));
  await form.getByText('Which units and how many samples it will need').click();
  const needed = await form.locator('tbody tr').evaluateAll(rows => rows.map(row => [...row.cells].map(cell => cell.innerText)));
  const said = await planner.evaluate(async findings => {
    const {count, measure} = await import('/console/words.js');
    return findings.map(each => [measure(each.measure).title, count(each.minimum_samples_to_pass), measure(each.measure).counted]);
  }, report.guardrails);
  check('the samples that the form names are those of a report', said.every(([title, kept, counted]) =>
    needed.some(row => row[0] === title && row[2] === kept && row[3] === counted)), {needed, said});
  await planner.context().close();

  // each control once
  const operator = await as('operator');
  await show(operator, '/', 'Tests');
  const created = await use(operator, 'New test', {
    'Name of the test': 'made-here', 'Control: the model that answers today': 'bear_specialist', 'Treatment: the model to try': 'bear_specialist_v2',
    'Begin as': 'traffic_split', 'Treatment’s fraction in a split': '0.1', 'Only for requests that name this test': true, 'Another person approves promotions, steps of ramps and looser limits': 'no'
  }, 'Create the test');
  check('create', created.startsWith('Done'), created);
  const twice = await use(operator, 'New test', {'Name of the test': 'made-here'}, 'Create the test');
  check('a conflict is shown as the service says it', /409|400/.test(twice) && twice.includes('made-here'), twice);
  await show(operator, '/test/made-here', 'made-here');
  const steps = [
    ['Change the split', {'Treatment’s fraction': '0.2'}],
    ['Guardrails', {Guardrails: '{"agreement": {"limit": 0.8}}'}, 'Change the guardrails'],
    ['Outcome plan', {}, 'Change the outcome plan'],
    ['Symbols', {'Only for these symbols': 'SPX, BTC-*'}, 'Change the symbols'],
    ['Symbols', {'Only for these symbols': ''}, 'Change the symbols'],
    ['Start a ramp', {Steps: '0.05, 1', 'Seconds at each step, at least': '0', 'Rehearse as a shadow first': false}],
    ['Pause the ramp', {}], ['Resume the ramp', {}], ['End the ramp', {}],
    ['Switch on', {}], ['Switch off (d)', {Reason: 'for the night'}, 'Switch off'], ['Switch on', {}],
    ['Promote', {'Type': 'made-here', 'Reason to promote against the verdict': 'the desk asked for it'}],
    ['Take the promotion back', {}],
    // for the key below: it asks what the button asks, which is off where the test is
    ['Switch on', {}]
  ];
  for (const [name, fill, send] of steps) {
    const control = operator.getByRole('button', {name, exact: true});
    await control.and(operator.locator('[aria-disabled=false]')).waitFor();
    const answer = await use(operator, name, fill, send || name);
    check(name, answer.startsWith('Done'), answer);
  }
  await operator.keyboard.press('d');
  await sees('one key asks to switch off', operator.getByRole('dialog').getByRole('heading', {name: 'Switch off'}));
  await operator.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  await operator.getByRole('button', {name: 'Delete', exact: true}).click();
  check('what cannot be taken back wants the name', await operator.getByRole('dialog').getByRole('button', {name: 'Delete', exact: true}).isDisabled());
  await operator.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  const gone = await use(operator, 'Delete', {Type: 'made-here'});
  check('Delete', gone.startsWith('Done'), gone);
  const events = await api('GET', TEST + 'made-here/events', undefined, 'viewer');
  check('the trail has what was done', ['created', 'split_updated', 'guardrails_updated', 'outcome_updated', 'symbols_updated', 'ramp_started', 'ramp_paused', 'ramp_resumed', 'ramp_aborted', 'disabled', 'enabled', 'promoted', 'promotion_reverted', 'deleted']
    .every(action => events.some(event => event.action === action)), events.map(event => event.action));
  // an answer that takes longer than an event of the change: the next change is still made for what the one before has left
  await api('POST', TEST + 'create', {test_id: 'far', control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2', explicit: true, four_eyes: false});
  const far = await as('operator');
  await far.route('**/far/report*', async route => {
    const answer = await route.fetch();
    await new Promise(done => setTimeout(done, 1200));
    await route.fulfill({response: answer});
  });
  await show(far, '/test/far', 'far');
  await follows(far);
  for (const symbols of ['SPX', 'BTC-*', 'SPX, BTC-*']) {
    const answer = await use(far, 'Symbols', {'Only for these symbols': symbols}, 'Change the symbols');
    check('a change from far away: ' + symbols, answer.startsWith('Done'), answer);
  }
  await far.context().close();
  await api('DELETE', TEST + 'far');
  // another person is faster
  await api('POST', TEST + 'create', {test_id: 'raced', control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2', explicit: true, four_eyes: false});
  await show(operator, '/test/raced', 'raced');
  await operator.getByRole('button', {name: 'Change the split', exact: true}).click();
  await api('POST', TEST + 'raced/disable', undefined, 'approver');
  await operator.getByRole('dialog').getByLabel('Treatment’s fraction').fill('0.3');
  await operator.getByRole('dialog').getByRole('button', {name: 'Change the split', exact: true}).click();
  const slower = await operator.getByRole('dialog').locator('.problem[role=alert]').innerText();
  check('a conflict names who was faster', slower.includes('409') && /approver-token changed it \d+ s ago \(disabled\)/.test(slower), slower);
  await operator.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  await operator.context().close();

  await pages({api, as, show, use});

  // two persons: what one asks for the other decides
  await api('POST', TEST + 'create', {test_id: 'two', control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2', explicit: true, four_eyes: true});
  const author = await as('operator');
  const promote = async reason => {
    await show(author, '/test/two', 'two');
    return use(author, 'Promote', {'Type': 'two', 'Reason to promote against the verdict': reason});
  };
  const waits = await promote(HOSTILE);
  check('a promotion waits for another person', waits.includes('pending'), waits);
  const approver = await as('approver');
  await show(approver, '/approvals', 'Approvals');
  await approver.getByText('operator-token asks to promote').waitFor();
  check('what was asked for is shown as text, with what it would change', await approver.locator('#main').innerText().then(text =>
    text.includes('<script>') && /bear_specialist@\S+ → bear_specialist_v2@/.test(text)));
  await approver.getByText('The evidence then and now').click();
  await approver.locator('dl.pair').getByText('insufficient_data').nth(1).waitFor();
  const rejected = await use(approver, 'Reject', {Reason: 'too early ' + HOSTILE});
  check('Reject', rejected.startsWith('Done'), rejected);
  await approver.getByText('Nothing waits for an approval.').waitFor();
  await sees('the reason of a rejection is shown', approver.locator('#main').getByText('too early'));
  check('nothing hostile ran among the approvals', await approver.evaluate(() => globalThis.hostile === undefined));
  await promote('the desk agreed');
  await approver.getByText('operator-token asks to promote').waitFor();
  const approved = await use(approver, 'Approve');
  check('Approve', approved.startsWith('Done'), approved);
  await approver.getByText('Nothing waits for an approval.').waitFor();
  const serves = await api('GET', '/api/v1/promotions', undefined, 'viewer');
  check('what was approved is done', serves.some(each => each.model === 'bear_specialist' && each.serves === 'bear_specialist_v2' && each.test_id === 'two'), serves);
  await author.context().close();
  await approver.context().close();

  const admin = await as('admin');
  await show(admin, '/models', 'Models');
  const reloaded = await use(admin, 'Reload the models');
  check('Reload the models', reloaded.startsWith('Done'), reloaded);
  await admin.context().close();

  // each screen, light and dark, wide and narrow
  for (const [hash, heading] of [['/', 'Tests'], ['/test/spx', 'spx'], ['/test/spx/timeline', 'spx: timeline'], ['/test/spx/report', /spx/], ['/models', 'Models'], ['/approvals', 'Approvals']]) {
    await accessible('viewer', hash, heading, {colorScheme: 'light'});
    await accessible('viewer', hash, heading, {colorScheme: 'dark', viewport: {width: 390, height: 844}});
  }

  const page = await fetch(base + '/console/');
  const policy = page.headers.get('content-security-policy') || '';
  check('a policy without inline scripts', policy.includes("script-src 'self'") && !policy.includes('unsafe'), policy);
  const weighed = await as('viewer');
  const bytes = await weighed.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
    .filter(entry => /\/console\/|\/_static\//.test(entry.name)).reduce((sum, entry) => sum + entry.encodedBodySize, 0));
  check('the page weighs at most 500 KB', bytes > 1000 && bytes <= 500_000, bytes);

  // a page that reads seldom is not old for that
  const calm = await as('viewer');
  await calm.route(CHANGES, route => route.abort());
  await calm.reload();
  await calm.clock.install();
  await show(calm, '/test/spx/report', /spx/);
  await calm.clock.runFor(14_000);
  check('a page that reads seldom is not called old', await calm.locator('.banner.stale').count() === 0);
  await calm.context().close();

  // the database is away: it hangs, with its connections open
  const watcher = await as('operator');
  await show(watcher, '/test/spx', 'spx');
  await watcher.getByRole('heading', {name: 'Guardrails'}).waitFor();
  const database = [postmaster, ...readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(/\s+/)].map(Number);
  database.forEach(each => process.kill(each, 'SIGSTOP'));
  try {
    await watcher.locator('#main .problem', {hasText: 'database'}).waitFor({timeout: 60_000});
    pass();
    await sees('what was known stays on the page', watcher.getByRole('heading', {name: 'Guardrails'}));
    const refused = await use(watcher, 'Switch off (d)', {}, 'Switch off');
    check('what the service says to a change is shown', refused.includes('503') && refused.includes('database'), refused);
  } finally {
    database.forEach(each => process.kill(each, 'SIGCONT'));
  }
  await watcher.locator('#main .problem').waitFor({state: 'detached', timeout: 60_000});
  pass();

  // a replica is killed
  await show(watcher, '/', 'Tests');
  await watcher.getByText('2 of 2 agree').first().waitFor({timeout: 30_000});
  process.kill(Number(other), 'SIGKILL');
  await watcher.getByText('1 of 1 agree').first().waitFor({timeout: 30_000});
  pass();
  await watcher.context().close();

  // the service falls silent
  await show(weighed, '/test/spx', 'spx');
  process.kill(Number(pid), 'SIGSTOP');
  try {
    await weighed.locator('.banner.stale').waitFor({timeout: 40_000});
    pass();
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  await weighed.locator('.banner.stale').waitFor({state: 'detached', timeout: 40_000});
  pass();
});

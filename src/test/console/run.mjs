// The console in a real browser: node run.mjs BASE PID OTHER POSTMASTER, where PID and OTHER are two replicas and BASE is the first one's
// address. Tokens have the names of their roles. Prints "N passed, 0 failed".
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const [base, pid, other, postmaster] = process.argv.slice(2);
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<script>globalThis.hostile=1</script><img src=x onerror="globalThis.hostile=1"> **bold** \u202Etxet';
const LONG = 'x'.repeat(100);

let passed = 0;
const failures = [];

function check(what, holds, got) {
  if (holds) {
    passed++;
  } else {
    failures.push(what + (got === undefined ? '' : ': ' + JSON.stringify(got)));
  }
}

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

const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage']});

/** A page that has given the role's token by the dialog, as a person does. */
async function as(role, options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
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
  await page.waitForLoadState('networkidle').catch(() => {});
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}));
  check('accessible: ' + hash + ' ' + JSON.stringify(options), !violations.length, violations.map(each => each.id + ' ' + each.nodes[0].html.slice(0, 120)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check('fits its width: ' + hash + ' ' + JSON.stringify(options), wide <= 0, wide);
  await page.context().close();
}

try {
  await api('POST', TEST + 'create', {test_id: 'spx', control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', mode: 'shadow', description: HOSTILE, explicit: true});
  await api('POST', TEST + 'create', {test_id: LONG, control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', mode: 'shadow', description: LONG, explicit: true});
  await ask('spx', 40);

  // who may what
  const viewer = await as('viewer');
  await show(viewer, '/', 'Tests');
  await viewer.getByRole('link', {name: 'spx', exact: true}).waitFor();
  check('the hostile description is text', (await viewer.locator('#main').innerText()).includes('<script>'));
  await viewer.getByLabel('Search by name').fill('nothing like that');
  check('the search says that nothing fits', await viewer.getByText('No test fits the search.').isVisible());
  check('the search is in the address', viewer.url().includes('q=nothing'));
  await show(viewer, '/test/spx', 'spx');
  for (const name of [/^Switch off/, /^Promote/, /^Delete/, /^Guardrails/]) {
    const control = viewer.getByRole('button', {name});
    check('off for a viewer: ' + name, await control.getAttribute('aria-disabled') === 'true');
    check('says why: ' + name, /needs the role/.test(await control.getAttribute('title')));
  }
  await show(viewer, '/test/spx/timeline', 'spx: timeline');
  await viewer.getByText('operator-token').first().waitFor();
  await show(viewer, '/models', 'Models');
  await viewer.getByText('bull_specialist_v2').first().waitFor();
  await viewer.evaluate(() => { location.hash = '/test/spx/report'; });
  await viewer.getByRole('heading', {level: 1, name: /spx/}).waitFor();
  check('nothing hostile ran', await viewer.evaluate(() => globalThis.hostile === undefined));
  await viewer.evaluate(() => { location.hash = '/test/absent'; });
  await viewer.getByText('test absent does not exist').waitFor();
  passed++;
  await viewer.context().close();

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
    ['Switch on', {}], ['Switch off (d)', {}, 'Switch off'], ['Switch on', {}],
    ['Promote', {'Type': 'made-here', 'Reason to promote against the verdict': 'the desk asked for it'}],
    ['Take the promotion back', {}]
  ];
  for (const [name, fill, send] of steps) {
    const control = operator.getByRole('button', {name, exact: true});
    await control.and(operator.locator('[aria-disabled=false]')).waitFor();
    const answer = await use(operator, name, fill, send || name);
    check(name, answer.startsWith('Done'), answer);
  }
  await operator.keyboard.press('d');
  check('one key asks to switch off', await operator.getByRole('dialog').getByRole('heading', {name: 'Switch off'}).isVisible());
  await operator.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  const gone = await use(operator, 'Delete', {Type: 'made-here'});
  check('Delete', gone.startsWith('Done'), gone);
  const events = await api('GET', TEST + 'made-here/events', undefined, 'viewer');
  check('the trail has what was done', ['created', 'split_updated', 'guardrails_updated', 'outcome_updated', 'symbols_updated', 'ramp_started', 'ramp_paused', 'ramp_resumed', 'ramp_aborted', 'disabled', 'enabled', 'promoted', 'promotion_reverted', 'deleted']
    .every(action => events.some(event => event.action === action)), events.map(event => event.action));
  await operator.context().close();

  // two persons: what one asks for the other decides
  await api('POST', TEST + 'create', {test_id: 'two', control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2', explicit: true, four_eyes: true});
  const author = await as('operator');
  await show(author, '/test/two', 'two');
  const waits = await use(author, 'Promote', {'Type': 'two', 'Reason to promote against the verdict': 'asked for'});
  check('a promotion waits for another person', waits.includes('pending'), waits);
  await author.context().close();
  const approver = await as('approver');
  await show(approver, '/approvals', 'Approvals');
  await approver.getByText('operator-token asks to promote').waitFor();
  await approver.getByText('The evidence when it was asked for').click();
  await approver.getByText('insufficient_data').first().waitFor();
  const rejected = await use(approver, 'Reject', {Reason: 'too early'});
  check('Reject', rejected.startsWith('Done'), rejected);
  await approver.getByText('Nothing waits for an approval.').waitFor();
  check('the reason of a rejection is shown', await approver.locator('#main').getByText('too early').isVisible());
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
    passed++;
    check('what was known stays on the page', await watcher.getByRole('heading', {name: 'Guardrails'}).isVisible());
    const refused = await use(watcher, 'Switch off (d)', {}, 'Switch off');
    check('what the service says to a change is shown', refused.includes('503') && refused.includes('database'), refused);
  } finally {
    database.forEach(each => process.kill(each, 'SIGCONT'));
  }
  await watcher.locator('#main .problem').waitFor({state: 'detached', timeout: 60_000});
  passed++;

  // a replica is killed
  await show(watcher, '/', 'Tests');
  await watcher.getByText('2 of 2 agree').first().waitFor({timeout: 30_000});
  process.kill(Number(other), 'SIGKILL');
  await watcher.getByText('1 of 1 agree').first().waitFor({timeout: 30_000});
  passed++;
  await watcher.context().close();

  // the service falls silent
  await show(weighed, '/test/spx', 'spx');
  process.kill(Number(pid), 'SIGSTOP');
  try {
    await weighed.locator('.banner.stale').waitFor({timeout: 40_000});
    passed++;
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  await weighed.locator('.banner.stale').waitFor({state: 'detached', timeout: 40_000});
  passed++;
} catch (error) {
  failures.push(error.stack);
} finally {
  await browser.close();
}
failures.forEach(each => console.log('FAILED ' + each));
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);

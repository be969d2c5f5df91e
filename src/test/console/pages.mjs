// What the pages say of a test that is over, and what they do with answers that come late, addresses and keys. run.mjs calls it.
import {check, failures, sees} from './suite.mjs';

const TEST = '/api/v1/ab-test/';
const SPLIT = {mode: 'traffic_split', traffic_split: 0.3, explicit: true, four_eyes: false};
// of other models than the test that is promoted: a promotion waits until no other test compares them
const BULLS = {...SPLIT, control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2'};
const BEARS = {...SPLIT, control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2'};
const PROMOTED = 'Promoted: bear_specialist_v2 answers for bear_specialist';

/** @param suite what run.mjs has: its calls and its pages */
export async function pages({api, as, show, use}) {
  const create = (id, models = BULLS) => api('POST', TEST + 'create', {...models, test_id: id});
  const dialog = page => page.getByRole('dialog');
  const controls = page => page.getByRole('group', {name: 'Controls'});
  const off = async (page, name) => await controls(page).getByRole('button', {name}).getAttribute('aria-disabled') === 'true';
  const standing = page => page.locator('.standing').innerText();
  const soon = async (what, holds) => {
    for (let tries = 0; tries < 50 && !await holds(); tries++) {
      await new Promise(done => setTimeout(done, 100));
    }
    check(what, await holds());
  };
  const refused = (page, pattern) => page.route(pattern, route => route.fulfill({
    status: 503, contentType: 'application/problem+json', body: JSON.stringify({title: 'Service unavailable', detail: 'the models are being read'})
  }));
  /** Answers after a while what the service answers at once, and says when it has. */
  const slow = async (page, pattern, ms) => {
    let answered;
    const done = new Promise(resolve => { answered = resolve; });
    await page.route(pattern, async route => {
      const response = await route.fetch();
      await new Promise(later => setTimeout(later, ms));
      await route.fulfill({response}).catch(() => null);
      answered();
    });
    return done.then(() => page.waitForTimeout(400));
  };
  /** So that one part that breaks does not hide the others. */
  const part = async (name, checks, role = 'operator') => {
    const page = await as(role);
    page.setDefaultTimeout(10_000);
    try {
      await checks(page);
    } catch (error) {
      failures.push(name + ': ' + error.message.split('\n').slice(0, 3).join(' '));
    } finally {
      await page.context().close();
    }
  };

  await create('crowned', BEARS);
  await create('late');
  await create('idle');
  await api('POST', TEST + 'idle/disable');

  await part('a test that is off', async page => {
    await show(page, '/test/idle', 'idle');
    await soon('a test that is off says so', async () => /^Off\./.test(await standing(page)));
    for (const name of [/^Switch off/, /^Start a ramp/]) {
      check('no use on a test that is off: ' + name, await off(page, name));
    }
    await page.keyboard.press('d');
    check('the key asks nothing on a test that is off', !await dialog(page).isVisible());
    await sees('and says why', page.getByText('Switch off: the test is off'));
  });

  await part('the key without the role', async page => {
    await show(page, '/test/late', 'late');
    await page.locator('.standing').waitFor();
    await page.keyboard.press('d');
    check('the key asks nothing of who may not switch off', !await dialog(page).isVisible());
  }, 'viewer');

  await part('promoted', async page => {
    await api('POST', TEST + 'crowned/promote', {override: 'for the test'});
    await show(page, '/', 'Tests');
    const row = page.locator('tbody tr', {has: page.getByRole('link', {name: 'crowned', exact: true})});
    await soon('the list says that a test is promoted', async () => (await row.innerText()).includes(PROMOTED));
    check('and not that it is off', !/\boff\b/i.test(await row.innerText()), await row.innerText());
    await show(page, '/test/crowned', 'crowned');
    await page.locator('.standing').waitFor();
    const said = await standing(page);
    check('the sentence says that it is promoted', said.startsWith(PROMOTED) && said.includes('by operator-token'), said);
    check('and nothing says that control answers', !/control answers/i.test(await page.locator('#main').innerText()));
    for (const name of [/^Switch off/, /^Switch on/, /^Change the split/, /^Start a ramp/]) {
      check('no use on a promoted test: ' + name, await off(page, name));
    }
    check('a promotion can be taken back', !await off(page, /^Take the promotion back/));
    await page.keyboard.press('d');
    check('the key asks nothing on a promoted test', !await dialog(page).isVisible());
  });

  await part('a late answer to Recompute', async page => {
    await show(page, '/test/crowned/timeline', 'crowned: timeline');
    const answered = slow(page, '**/replay', 1200);
    await page.locator('details', {has: page.getByText('Evidence', {exact: true})}).first().locator('summary').click();
    await page.getByRole('button', {name: 'Recompute'}).first().click();
    await show(page, '/models', 'Models');
    await answered;
    check('a late answer does not bring a page back', await page.getByRole('heading', {level: 1}).innerText() === 'Models');
  });

  await part('deleted', async page => {
    await show(page, '/test/crowned', 'crowned');
    await use(page, 'Delete', {Type: 'crowned'});
    await soon('a test deleted here is said to be deleted', async () => /^Deleted since .*by operator-token/.test(await standing(page)));
    check('its promotion is still said', (await standing(page)).includes('bear_specialist_v2 still answers for bear_specialist'), await standing(page));
    await show(page, '/models', 'Models');
    await sees('the models say it too', page.locator('tr', {hasText: PROMOTED}).getByRole('link', {name: 'crowned', exact: true}));
    await show(page, '/test/crowned', 'crowned');
    await page.locator('.standing').waitFor();
    check('its promotion can still be taken back', !await off(page, /^Take the promotion back/));
    const back = await use(page, 'Take the promotion back');
    check('and is', back.startsWith('Done'), back);
    await page.reload();
    await soon('a deleted test that is opened is said to be deleted', async () => /^Deleted since .*by operator-token/.test(await standing(page).catch(() => '')));
    check('and nobody’s promotion', !(await standing(page)).includes('still answers'), await standing(page));
    const buttons = await controls(page).getByRole('button').evaluateAll(all => all.map(each => [each.textContent, each.getAttribute('aria-disabled'), each.title]));
    check('its controls are off, with the reason', buttons.length > 9 && buttons.every(([, disabled, why]) => disabled === 'true' && why.includes('deleted')), buttons);
    await page.keyboard.press('d');
    check('the key asks nothing on a deleted test', !await dialog(page).isVisible());
    check('each state has its word and shape', await page.evaluate(async () => {
      const {state} = await import('/console/words.js');
      const {render} = await import('/console/lit.js');
      const shown = ['none', 'collecting', 'harm', 'sound', 'never', 'off', 'promoted', 'deleted'].map(key => {
        const box = document.createElement('div');
        render(state(key), box);
        return box;
      });
      const different = get => new Set(shown.map(get)).size === shown.length;
      return different(box => box.textContent.trim()) && different(box => box.querySelector('svg').innerHTML.replace(/<!--.*?-->/g, ''));
    }));
  });

  await part('a late answer to a dialog that is over', async page => {
    await show(page, '/test/late', 'late');
    const answered = slow(page, '**/late/update-split', 1500);
    await page.getByRole('button', {name: 'Change the split', exact: true}).click();
    await dialog(page).getByLabel('Treatment’s fraction').fill('0.2');
    await dialog(page).getByRole('button', {name: 'Change the split', exact: true}).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await answered;
    await page.getByText('20% to treatment').first().waitFor();
    check('the dialog that is open stays', await dialog(page).getByRole('heading').innerText() === 'Switch off', await dialog(page).innerText());
    await page.keyboard.press('Escape');
    const told = page.getByRole('status').filter({hasText: 'Change the split of late'});
    await sees('what the service said is told', told.getByText('Done'));
    await told.getByRole('button', {name: 'Dismiss'}).click();
    check('until it was read', await told.count() === 0);
  });

  await part('a late refusal', async page => {
    await show(page, '/test/late', 'late');
    await page.route('**/late/update-split', async route => {
      await new Promise(later => setTimeout(later, 800));
      await route.abort();
    });
    await page.getByRole('button', {name: 'Change the split', exact: true}).click();
    await dialog(page).getByRole('button', {name: 'Change the split', exact: true}).click();
    await page.keyboard.press('Escape');
    await sees('that no answer came is told', page.getByRole('status').getByText('may have been done'));
  });

  await part('a dialog and the next page', async page => {
    await show(page, '/', 'Tests');
    await show(page, '/test/late', 'late');
    await page.getByRole('button', {name: 'Delete', exact: true}).click();
    await page.goBack();
    await page.getByRole('heading', {level: 1, name: 'Tests'}).waitFor();
    check('a dialog is over with its page', !await dialog(page).isVisible());
  });

  await part('skip', async page => {
    await show(page, '/test/late', 'late');
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    await page.waitForTimeout(200);
    check('the skip link leads to the content', await page.evaluate(() => document.activeElement.id === 'main' && location.hash === '#/test/late'), page.url());
  });

  await part('addresses', async page => {
    await show(page, '/?q=late', 'Tests');
    const rows = page.locator('tbody tr');
    await soon('a search in the address', async () => await rows.count() === 1);
    await page.evaluate(() => { location.hash = '#/'; });
    await soon('is over with the address', async () => await rows.count() > 1 && await page.getByLabel('Search by name').inputValue() === '');
    await show(page, '/test/late/timeline?by=service', 'late: timeline');
    await sees('whose acts, in the address', page.getByText('Nothing.'));
    // what was chosen by hand counts no more than the address
    await page.getByLabel('Whose acts').selectOption('all');
    await page.evaluate(() => { location.hash = '#/test/late/timeline?by=person'; });
    await soon('is followed', async () => await page.locator('.events li').count() > 0 && await page.getByLabel('Whose acts').inputValue() === 'person');
    for (const wrong of ['/test/%', '/nowhere']) {
      await page.evaluate(to => { location.hash = to; }, wrong);
      await sees('an address that leads nowhere says so: ' + wrong, page.getByRole('heading', {level: 1, name: 'No such page'}));
    }
    await page.goBack();
    await page.goBack();
    await sees('and lets one go back', page.getByRole('heading', {level: 1, name: 'late: timeline'}));
    await page.evaluate(() => { location.hash = '/test/nope/report'; });
    await page.locator('#main .problem', {hasText: '404'}).waitFor();
    check('a report that is not there is not waited for', !(await page.locator('#main').innerText()).includes('Loading'));
  });

  await part('no answer', async page => {
    await refused(page, '**/api/v1/models');
    await show(page, '/', 'Tests');
    await page.getByRole('button', {name: 'New test', exact: true}).click();
    await sees('why there is no form for a new test', page.getByRole('status').getByText('the models are being read'));
    await refused(page, '**/api/v1/approvals*');
    for (const [hash, heading] of [['/models', 'Models'], ['/approvals', 'Approvals']]) {
      await show(page, hash, heading);
      await page.locator('#main .problem', {hasText: '503'}).waitFor();
      check('a page without an answer does not say that it loads: ' + hash, !(await page.locator('#main').innerText()).includes('Loading'));
    }
  });

  await part('a late form', async page => {
    const answered = slow(page, '**/api/v1/models', 1200);
    await show(page, '/', 'Tests');
    await page.getByRole('button', {name: 'New test', exact: true}).click();
    await show(page, '/approvals', 'Approvals');
    await answered;
    check('a form that comes late does not open over another page', !await dialog(page).isVisible());
  });

  await part('numbers', async page => {
    await show(page, '/test/late', 'late');
    await page.getByRole('button', {name: 'Guardrails', exact: true}).click();
    await dialog(page).getByLabel('Guardrails').fill('{"agreement": {"limit": 1e999}}');
    await sees('a number that is too large is named', dialog(page).getByText('agreement.limit'));
    check('and not sent', await dialog(page).getByRole('button', {name: 'Change the guardrails'}).isDisabled());
    await page.keyboard.press('Escape');
    await page.getByRole('button', {name: 'Start a ramp', exact: true}).click();
    for (const label of ['Seconds at each step, at least', 'Requests of treatment at each step, at least']) {
      const before = await dialog(page).getByLabel(label).inputValue();
      await dialog(page).getByLabel(label).fill('');
      check('no number is not nought: ' + label, await dialog(page).getByRole('button', {name: 'Start a ramp'}).isDisabled());
      await dialog(page).getByLabel(label).fill(before);
    }
  });

  for (const id of ['late', 'idle']) {
    await api('DELETE', TEST + id);
  }
}

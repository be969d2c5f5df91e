// Names and texts that are meant to harm who reads them, on each screen of a service that asks for no token: node hostile.mjs BASE FOLDER,
// where FOLDER is the hostile name of a folder of models. Prints "N passed, 0 failed".
import {readFileSync} from 'node:fs';
import {browser, check, failures, pass, run, sees} from './suite.mjs';

const [base, folder] = process.argv.slice(2);
const SCRIPT = '<script>globalThis.hostile=1</script>';
const ACTOR = SCRIPT + ' **ada** `x` \u202Eada';
const LONG = 'o'.repeat(100);
const IMAGE = '<img src=x onerror="globalThis.hostile=1">';
const TEST = '/api/v1/ab-test/';
const SIZES = [{width: 1280, height: 900}, {width: 390, height: 844}];

async function api(method, path, body, actor) {
  const response = await fetch(base + path, {
    method, body: body && JSON.stringify(body),
    // a header is bytes
    headers: {'Content-Type': 'application/json', 'X-Actor': Buffer.from(actor, 'utf8').toString('latin1')}
  });
  if (!response.ok) {
    throw new Error(method + ' ' + path + ': ' + response.status + ' ' + await response.text());
  }
  return response;
}

async function create(id, actor, more) {
  await api('POST', TEST + 'create', {
    test_id: id, control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', explicit: true, description: IMAGE + ' \u202Etxet', ...more
  }, actor);
}

/** Opens a screen at each size: its texts are there as texts, nothing of them runs, and none makes it wider. */
async function screen(hash, heading, ...texts) {
  for (const viewport of SIZES) {
    const context = await browser.newContext({viewport});
    const page = await context.newPage();
    page.on('pageerror', error => failures.push(hash + ': error in the page: ' + error.message));
    page.on('dialog', dialog => failures.push(hash + ': a dialog: ' + dialog.message()));
    await page.goto(base + '/console/#' + hash);
    await page.getByRole('heading', {level: 1, name: heading}).waitFor();
    await page.locator('.wait').waitFor({state: 'detached'});
    const where = hash + ' at ' + viewport.width;
    for (const text of texts) {
      // a narrow list leaves out columns
      check(where + ' has ' + text, await page.locator('#main').getByText(text).first().waitFor({state: 'attached', timeout: 10_000}).then(() => true, () => false));
    }
    check(where + ': nothing runs', await page.evaluate(() => globalThis.hostile === undefined && !document.querySelector('#main img, #main script')));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(where + ' is not wider than the window', over <= 0, over > 0 && await page.evaluate(() => [...document.querySelectorAll('#main *')]
      .filter(each => each.getBoundingClientRect().right > innerWidth && !each.closest('.scroll, svg')).map(each => each.outerHTML.slice(0, 160))));
    check(where + ': each text that turns the direction is apart', await page.evaluate(() => {
      const texts = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        if (texts.currentNode.data.includes('\u202E') && !texts.currentNode.parentElement.closest('bdi, [dir=auto], pre, textarea')) {
          return false;
        }
      }
      return true;
    }));
    await context.close();
  }
}

await run(async () => {
  await create('hostile', ACTOR, {mode: 'shadow'});
  await create('long', LONG, {mode: 'shadow', description: LONG.repeat(10)});
  await api('POST', TEST + 'hostile/disable', {reason: IMAGE + ' \u202Enosaer'}, ACTOR);
  // other models, because a promotion waits until no other test compares them
  const bears = {control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2', four_eyes: true};
  await create('decided', 'grace', bears);
  const asked = await (await api('POST', TEST + 'decided/promote', {override: IMAGE}, LONG)).json();
  await api('POST', '/api/v1/approvals/' + asked.approval_id + '/reject', {reason: IMAGE}, ACTOR);
  await api('POST', TEST + 'decided/disable', undefined, ACTOR);
  await create('two', ACTOR, bears);
  await api('POST', TEST + 'two/promote', {override: IMAGE}, ACTOR);

  await screen('/', 'Tests', SCRIPT, IMAGE, LONG);
  await screen('/test/hostile', 'hostile', IMAGE);
  await screen('/test/long', 'long', LONG);
  await screen('/test/hostile/timeline', 'hostile: timeline', SCRIPT, IMAGE);
  await screen('/test/long/timeline', 'long: timeline', LONG);
  await screen('/test/hostile/report', /hostile/, IMAGE);
  await screen('/test/long/report', /long/, LONG);
  await screen('/approvals', 'Approvals', SCRIPT, IMAGE, LONG);
  await screen('/models', 'Models', folder, SCRIPT);

  // who writes a change sees what the service says to it
  const page = await (await browser.newContext()).newPage();
  await page.goto(base + '/console/#/test/hostile');
  await page.getByRole('button', {name: 'Who are you?'}).click();
  await page.getByLabel('Name', {exact: true}).fill(ACTOR);
  await page.getByRole('button', {name: 'Save'}).click();
  await sees('the caller’s name at the top is text', page.getByRole('button', {name: SCRIPT}));
  await page.getByRole('button', {name: 'Switch on', exact: true}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Switch on', exact: true}).click();
  await page.getByRole('dialog').locator('.done').waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Close'}).click();
  pass();
  await page.evaluate(() => { location.hash = '/test/hostile/timeline'; });
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Export as JSON'}).click()]);
  const events = JSON.parse(readFileSync(await saved.path(), 'utf8'));
  check('the export has the actor and the reason as they were given',
    events.some(event => event.actor === ACTOR && event.action === 'disabled' && event.reason === IMAGE + ' \u202Enosaer') && events.some(event => event.action === 'enabled' && event.actor === ACTOR), events);
  check('nothing ran', await page.evaluate(() => globalThis.hostile === undefined));

  // the report in Markdown: what a reader of it shows may not run either
  const markdown = await (await fetch(base + TEST + 'hostile/report', {headers: {Accept: 'text/markdown'}})).text();
  check('the report in Markdown has no tag, and nothing that turns its direction', !/(?<!\\)<(img|script)/.test(markdown) && markdown.includes('\\<img') && !markdown.includes('\u202E'), markdown);
});

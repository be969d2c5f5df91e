// A person who signs in with the identity provider, in a real browser: node login.mjs BASE NAME PASSWORD. Prints
// "N passed, 0 failed".
import {browser, check, failures, pass, run} from './suite.mjs';

const [base, name, password] = process.argv.slice(2);

await run(async () => {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  const page = await context.newPage();
  page.on('pageerror', error => failures.push('error in the page: ' + error.message));
  await page.goto(base + '/');
  await page.locator('#main .problem', {hasText: '401'}).waitFor();
  await page.getByRole('button', {name: 'Who are you?'}).click();
  await page.getByRole('link', {name: 'Sign in'}).click();
  await page.getByLabel('Username').fill(name);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', {name: 'Sign In'}).click();

  await page.waitForURL(base + '/console/**');
  await page.getByRole('heading', {level: 1, name: 'Tests'}).waitFor();
  await page.locator('#main .problem').waitFor({state: 'detached'});
  const identity = await page.evaluate(async () => (await fetch('/api/v1/identity')).json());
  // the button at the top has the name, once the page has asked for it
  await page.getByRole('button', {name: identity.name, exact: true}).waitFor();
  pass();
  check('the cookie is out of reach of scripts', await page.evaluate(() => !document.cookie.includes('q_session')));

  // the stream of changes needs no header
  await page.evaluate(async () => {
    const {owed} = await import('/console/api.js');
    while (!owed.live) {
      await new Promise(done => setTimeout(done, 50));
    }
  });
  pass();

  await page.getByRole('button', {name: 'New test', exact: true}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the test').fill('signed-in');
  await dialog.getByLabel('Only for requests that name this test').check();
  await dialog.getByRole('button', {name: 'Create the test', exact: true}).click();
  await dialog.locator('.done, .problem[role=alert]').waitFor();
  const made = await dialog.locator('.done, .problem[role=alert]').innerText();
  check('a change goes through with the login', made.startsWith('Done'), made);
  await dialog.getByRole('button', {name: 'Close'}).click();
  await page.getByRole('link', {name: 'signed-in', exact: true}).waitFor();

  // the login ends, as with a cookie that is gone: the page says so
  const cookies = await context.cookies();
  await context.clearCookies({name: /^q_session/});
  await page.evaluate(() => { location.hash = '/models'; });
  await page.locator('#main .problem', {hasText: '401'}).waitFor();
  pass();
  // no page meanwhile that asks with one half of a cookie that is in two: the service makes the browser forget what is not valid
  await page.goto('about:blank');
  await context.addCookies(cookies);
  await page.goto(base + '/');
  await page.getByRole('link', {name: 'signed-in', exact: true}).waitFor();

  await page.getByRole('button', {name: identity.name, exact: true}).click();
  await page.getByRole('link', {name: 'Sign out'}).click();
  await page.waitForURL(base + '/console/**');
  await page.locator('#main .problem', {hasText: '401'}).waitFor();
  await page.getByRole('button', {name: 'Who are you?'}).click();
  await page.getByRole('link', {name: 'Sign in'}).waitFor();
  pass();
});

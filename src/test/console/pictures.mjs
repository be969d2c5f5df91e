// Pictures of each screen, of a service that a demonstration has filled: node pictures.mjs BASE FOLDER
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {browser} from './suite.mjs';

const [base, folder] = process.argv.slice(2);
const WIDE = {width: 1280, height: 900};
const NARROW = {width: 390, height: 844};
const HIGHEST = 2600;

async function post(path, body, actor) {
  const response = await fetch(base + '/api/v1' + path, {
    method: 'POST', headers: {'Content-Type': 'application/json', 'X-Actor': actor}, body: JSON.stringify(body)
  });
  if (!response.ok) {
    throw new Error(path + ': ' + response.status + ' ' + await response.text());
  }
}

// something that waits for a second person
await post('/ab-test/create', {
  test_id: 'bear_v2_desk', control_model: 'bear_specialist', treatment_model: 'bear_specialist_v2', traffic_split: 0.1,
  description: 'for the desk in London', four_eyes: true, explicit: true
}, 'ada');
await post('/ab-test/bear_v2_desk/promote', {override: 'agreed with the desk; its own backtest is attached to the ticket'}, 'grace');

mkdirSync(folder, {recursive: true});

async function picture(name, hash, heading, {viewport = WIDE, colorScheme = 'light', from} = {}) {
  const context = await browser.newContext({viewport, colorScheme, reducedMotion: 'reduce'});
  const page = await context.newPage();
  await page.goto(base + '/console/#' + hash);
  await page.getByRole('heading', {level: 1, name: heading}).waitFor();
  await page.locator('.wait').waitFor({state: 'detached'});
  const high = Math.min(HIGHEST, await page.evaluate(() => document.documentElement.scrollHeight));
  await page.setViewportSize({width: viewport.width, height: from ? viewport.height : Math.max(viewport.height, high)});
  if (from) {
    await page.getByRole('heading', {name: from, exact: true}).evaluate(element => element.scrollIntoView());
  }
  const file = join(folder, 'console-' + name + '.png');
  await page.screenshot({path: file});
  console.log('Wrote ' + file);
  await context.close();
}

try {
  await picture('tests', '/', 'Tests');
  await picture('test', '/test/bull_v2_ramp', 'bull_v2_ramp');
  await picture('rolled-back', '/test/bull_v2_minutes', 'bull_v2_minutes');
  await picture('earnings', '/test/bull_v2_minutes', 'bull_v2_minutes', {from: 'Earnings'});
  await picture('timeline', '/test/bull_specialist_degraded/timeline', /timeline/);
  await picture('report', '/test/bull_v2_ramp/report', /bull_v2_ramp/);
  await picture('approvals', '/approvals', 'Approvals');
  await picture('models', '/models', 'Models');
  await picture('narrow', '/', 'Tests', {viewport: NARROW, colorScheme: 'dark'});
} finally {
  await browser.close();
}

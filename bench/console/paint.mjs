// When the console shows something: node paint.mjs BASE LOADS, from a folder with playwright-core. Each load has an empty cache.
import {gzipSync} from 'node:zlib';
import {browser} from './suite.mjs';

const [base, loads] = process.argv.slice(2);
const times = {paint: [], row: []};
let weight = 0;
let packed = 0;

for (let n = -1; n < Number(loads); n++) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((changes, observer) => {
      if (document.querySelector('#rows tbody tr')) {
        observer.disconnect();
        // the row is on the screen with the frame after next
        requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.rowAt = performance.now(); }));
      }
    }).observe(document, {childList: true, subtree: true});
  });
  const bodies = [];
  page.on('response', response => {
    if (/\/console\/|\/_static\//.test(response.url()) && response.status() === 200) {
      bodies.push(response.body().catch(() => Buffer.alloc(0)));
    }
  });
  await page.goto(base + '/console/');
  await page.waitForFunction(() => globalThis.rowAt && performance.getEntriesByName('first-contentful-paint').length);
  const [row, paint] = await page.evaluate(() => [globalThis.rowAt, performance.getEntriesByName('first-contentful-paint')[0].startTime]);
  // the first load warms the service and the browser
  if (n >= 0) {
    times.row.push(row);
    times.paint.push(paint);
    const all = await Promise.all(bodies);
    weight = all.reduce((sum, body) => sum + body.length, 0);
    packed = all.reduce((sum, body) => sum + gzipSync(body).length, 0);
  }
  await context.close();
}
await browser.close();

const sorted = all => [...all].sort((one, other) => one - other);
const median = all => sorted(all)[Math.floor(all.length / 2)];
console.log(`first paint: median ${median(times.paint).toFixed(0)} ms, longest ${Math.max(...times.paint).toFixed(0)} ms; `
  + `first row of the tests: median ${median(times.row).toFixed(0)} ms, longest ${Math.max(...times.row).toFixed(0)} ms (goal 1000 ms); `
  + `${(weight / 1000).toFixed(0)} KB of files, ${(packed / 1000).toFixed(0)} KB if a proxy packs them`);

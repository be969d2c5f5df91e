// What the programs of this folder share: the browser, and the checks and their count.
import {existsSync} from 'node:fs';
import {chromium} from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** The installed browser, which the program closes. */
export const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage']});

export const failures = [];

let passed = 0;

/** Counts something that was waited for, and came. */
export function pass() {
  passed++;
}

/** Counts whether something holds; got is printed if it does not. */
export function check(what, holds, got) {
  if (holds) {
    passed++;
  } else {
    failures.push(what + (got === undefined ? '' : ': ' + JSON.stringify(got)));
  }
}

/** Counts whether an element is shown, now or soon: a page draws after the event that it draws for. */
export async function sees(what, locator) {
  check(what, await locator.first().waitFor({timeout: 10_000}).then(() => true, () => false));
}

/** Runs the checks, prints "N passed, 0 failed" and ends the process. */
export async function run(checks) {
  try {
    await checks();
  } catch (error) {
    failures.push(error.stack);
  } finally {
    await browser.close();
  }
  failures.forEach(each => console.log('FAILED ' + each));
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exit(failures.length ? 1 : 0);
}

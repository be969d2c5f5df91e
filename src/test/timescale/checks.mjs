// Counts what holds and what does not. Figures agree when they differ by less than 10^-9 of their size (or of 1, where they
// are smaller); standard deviations by 10^-6 more: made from sums, they lose digits where the samples are all but equal.

let passed = 0;
const failures = [];

export async function check(sentence, body) {
  try {
    await body();
    passed += 1;
    console.log(`  ok    ${sentence}`);
  } catch (error) {
    failures.push(sentence);
    console.log(`  FAIL  ${sentence}\n        ${error.message.replaceAll('\n', '\n        ')}`);
  }
}

/** Prints the last line and returns the exit code. */
export function conclude() {
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length === 0 && passed > 0 ? 0 : 1;
}

export function agree(actual, expected, where = '') {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const slack = 1e-9 * Math.max(1, Math.abs(expected)) + (where.includes('.stddev_') ? 1e-6 : 0);
    if (!(Math.abs(actual - expected) <= slack)) {
      throw new Error(`${where}: ${actual} instead of ${expected}`);
    }
  } else if (expected !== null && typeof expected === 'object') {
    for (const key of Object.keys(expected)) {
      agree(actual?.[key], expected[key], `${where}.${key}`);
    }
    if (Array.isArray(expected) && actual.length !== expected.length) {
      throw new Error(`${where}: ${actual.length} entries instead of ${expected.length}`);
    }
  } else if (actual !== expected) {
    throw new Error(`${where}: ${actual} instead of ${expected}`);
  }
}

/** As agree, and neither side has a key that the other lacks. */
export function agreeExactly(actual, expected, where = '') {
  agree(Object.keys(actual).sort().join(' '), Object.keys(expected).sort().join(' '), `${where} keys`);
  agree(actual, expected, where);
}

export async function refused(promise, pattern) {
  let message = null;
  try {
    await promise;
  } catch (error) {
    message = error.message;
  }
  if (message === null || !pattern.test(message)) {
    throw new Error(`expected a refusal like ${pattern}, got ${message}`);
  }
}

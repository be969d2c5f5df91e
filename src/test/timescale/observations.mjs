// The rows both databases are filled with, made from a fixed seed so that a failure can be repeated.

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The moment everything is told relative to, because the policies and some functions ask the database's clock. */
export const NOW = Date.now();

const ACTIONS = ['HOLD', 'BUY', 'SELL'];

/** Mulberry32: a small generator whose sequence is the same everywhere. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The treatment is another network from then on, under the same name and version. */
const SWAPPED = NOW - 3 * HOUR;

/** Makes rows of three kinds of tests; each call of a method gives one row at the given time. */
export class Observer {
  #random;
  #made = 0;
  #release;

  /** @param release the version of the database whose release makes the rows: what it did not know is not in them */
  constructor(seed, release = Infinity) {
    this.#random = randomFrom(seed);
    this.#release = release;
  }

  /** Whether there are pairs of a split. */
  get #pairs() {
    return this.#release >= 9;
  }

  /** Whether there are late answers and long queues, and minutes that are left out. */
  get #timing() {
    return this.#release >= 14;
  }

  /** Both models ran, or one of them failed. */
  shadow(time, testId, generation) {
    const row = this.#row(time, testId, generation, 'shadow', null);
    const fate = this.#random();
    if (fate < 0.04) {
      this.#fail(row, 'control', 'error');
    } else {
      this.#answer(row, 'control', 5);
    }
    if (fate > 0.9) {
      this.#fail(row, 'treatment', fate > 0.95 ? 'timeout' : this.#timing && fate > 0.92 ? 'queued' : 'rejected');
    } else if (fate > 0.86) {
      row.fallback = this.#timing && fate > 0.895 ? 'fenced' : 'guard_open';
    } else {
      this.#answer(row, 'treatment', 9);
    }
    this.#compare(row);
    row.served_by = row.control_action === null ? null : 'control';
    this.#delay(row);
    return row;
  }

  /** Control came after treatment's deadline, because the model was slow, or compares with nothing, because it had waited. */
  #delay(row) {
    const fate = this.#random();
    if (this.#timing && (row.control_action !== null || row.control_error !== null)) {
      row.control_late = row.control_action !== null && fate < 0.05;
      row.control_queued = fate > 0.95;
    }
  }

  /**
   * One model ran; where the treatment failed, control answered and the row stays assigned to treatment. Of three requests in ten
   * both ran, or should have.
   */
  split(time, testId, generation, configuredSplit) {
    const group = this.#random() < configuredSplit ? 'treatment' : 'control';
    const row = this.#row(time, testId, generation, group, configuredSplit);
    const fails = this.#random() < 0.08;
    const disabled = this.#pairs && this.#random() < 0.01;
    if (group === 'treatment' && disabled) {
      this.#answer(row, 'control', 5);
      row.fallback = 'test_disabled';
      row.served_by = 'control';
    } else if (group === 'treatment' && fails) {
      this.#fail(row, 'treatment', this.#timing && this.#random() < 0.2 ? 'queued' : 'timeout');
      this.#answer(row, 'control', 5);
      row.fallback = 'treatment_timeout';
      row.served_by = 'control';
    } else if (fails) {
      this.#fail(row, 'control', 'error');
    } else {
      this.#answer(row, group, group === 'control' ? 5 : 9);
      row.served_by = group;
    }
    const fate = this.#random();
    if (this.#pairs && fate < 0.3 && row.fallback === null) {
      this.#pair(row, group === 'control' ? 'treatment' : 'control', fate);
    } else if (this.#pairs && fate < 0.3) {
      row.pair = disabled ? 'withheld' : row.treatment_error === 'queued' ? 'shed' : 'paired';
    }
    this.#delay(row);
    return row;
  }

  /** The second model answers, fails, is left out, or the process ends before it is done. */
  #pair(row, second, fate) {
    row.pair = 'paired';
    if (fate < 0.02) {
      this.#fail(row, second, 'error');
    } else if (fate < 0.04) {
      this.#fail(row, second, 'rejected');
      row.pair = 'shed';
    } else if (fate < 0.05) {
      row.pair = 'shed';
    } else if (fate > 0.06) {
      this.#answer(row, second, second === 'control' ? 5 : 9);
    }
    this.#compare(row);
  }

  #compare(row) {
    if (row.control_action !== null && row.treatment_action !== null) {
      row.actions_match = row.control_action === row.treatment_action;
      row.confidence_delta = row.treatment_confidence - row.control_confidence;
      row.latency_delta_ms = row.treatment_latency_ms - row.control_latency_ms;
    }
  }

  #row(time, testId, generation, group, configuredSplit) {
    this.#made += 1;
    return {
      time: new Date(time).toISOString(),
      test_id: testId,
      request_id: `r-${this.#made}`,
      assigned_group: group,
      symbol: 'BTC-USD',
      control_action: null,
      control_confidence: null,
      control_latency_ms: null,
      treatment_action: null,
      treatment_confidence: null,
      treatment_latency_ms: null,
      actions_match: null,
      confidence_delta: null,
      latency_delta_ms: null,
      row_id: this.#timeOrderedId(time),
      generation,
      unit_id: this.#made % 11 === 0 ? `r-${this.#made}` : `account-${this.#made % 97}`,
      served_by: null,
      fallback: null,
      configured_split: configuredSplit,
      control_model_version: '1',
      treatment_model_version: '2',
      control_error: null,
      treatment_error: null,
      control_model: 'bull_specialist',
      treatment_model: 'bull_specialist_v2',
      control_model_digest: this.#made % 19 === 0 ? null : 'c00000000001',
      treatment_model_digest: this.#made % 19 === 0 ? null : time < SWAPPED ? '200000000001' : '200000000002',
      control_error_detail: null,
      treatment_error_detail: null,
      pair: null,
      control_late: null,
      control_queued: null,
    };
  }

  #answer(row, arm, typicalMillis) {
    row[`${arm}_action`] = ACTIONS[Math.floor(this.#random() ** 2 * 3)];
    row[`${arm}_confidence`] = 0.34 + 0.66 * this.#random();
    row[`${arm}_latency_ms`] = typicalMillis * Math.exp(2 * (this.#random() + this.#random() - 1));
  }

  #fail(row, arm, error) {
    row[`${arm}_error`] = error;
    row[`${arm}_error_detail`] = `it was ${error}`;
  }

  #timeOrderedId(time) {
    const millis = Math.floor(time).toString(16).padStart(12, '0');
    const hex = (length) => Array.from({ length }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    return `${millis.slice(0, 8)}-${millis.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
  }
}

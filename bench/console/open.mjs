// Open consoles, with the requests that the page makes, and when (src/main/resources/META-INF/resources/console/console.js):
// node open.mjs BASE NUMBER [polling]. Three of five look at the list of tests, two at a test. Prints "open" when all have read their page,
// and at SIGTERM what it has asked and how much processor time it took itself.
import http from 'node:http';

const [base, number, polling] = process.argv.slice(2);
const consoles = Number(number);
const asked = {};
let bytes = 0;
let failed = 0;

function request(agent, path, each) {
  const kind = path.replace(/\?.*/, '').replace(/desk-\d+/, '{test_id}');
  asked[kind] = (asked[kind] || 0) + 1;
  return new Promise(done => {
    http.get(base + path, {agent, headers: {Accept: each ? 'text/event-stream' : 'application/json'}}, response => {
      failed += response.statusCode === 200 || response.statusCode === 404 ? 0 : 1;
      response.on('data', part => {
        bytes += part.length;
        each?.(part.toString());
      });
      response.on('close', () => done(response.statusCode));
    }).on('error', () => { failed++; done(0); });
  });
}

class Console {
  constructor(place) {
    // as many as browsers open to one host
    this.agent = new http.Agent({keepAlive: true, maxSockets: 6});
    this.test = place % 5 < 3 ? null : 'desk-' + place;
    this.slowAt = 0;
    this.live = false;
    this.timer = null;
    this.gathering = null;
  }

  get(path) {
    return request(this.agent, path);
  }

  async read() {
    if (!this.test) {
      await this.get('/api/v1/overview');
      return;
    }
    const path = '/api/v1/ab-test/' + this.test;
    const slow = Date.now() - this.slowAt > 15000;
    await Promise.all([this.get(path + '/report?hours_back=24'), this.get(path + '/ramp')]);
    if (slow) {
      this.slowAt = Date.now();
      await Promise.all(['/history?points=240', '/stats?hours_back=24', '/actions?hours_back=24', '/disagreements?limit=50'].map(each => this.get(path + each)));
    }
  }

  async turn() {
    clearTimeout(this.timer);
    clearTimeout(this.gathering);
    this.gathering = null;
    await this.read();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), this.test ? 5000 : this.live ? 30000 : 3000);
  }

  changed(event) {
    const concerns = !event || event.all || (this.test ? event.tests.includes(this.test) : event.tests.length > 0);
    if (concerns && !this.gathering) {
      this.gathering = setTimeout(() => { this.slowAt = 0; this.turn(); }, 500 * (0.5 + Math.random()));
    }
  }

  async follow() {
    for (;;) {
      let rest = '';
      const status = await request(this.agent, '/api/v1/overview/changes?seconds=' + (45 + Math.floor(15 * Math.random())), part => {
        const lines = (rest + part).split('\n');
        rest = lines.pop();
        for (const line of lines.filter(each => each.startsWith('data:'))) {
          if (!this.live) {
            this.live = true;
            this.changed(null);
          }
          this.changed(JSON.parse(line.slice(5)));
        }
      });
      this.live = false;
      if (status !== 200) {
        await new Promise(done => setTimeout(done, 5000));
      }
    }
  }
}

const all = Array.from({length: consoles}, (_, place) => new Console(place));
await Promise.all(all.map(async (each, place) => {
  // persons do not open them at one moment
  await new Promise(done => setTimeout(done, 3000 * place / consoles));
  if (polling !== 'polling') {
    each.follow();
  }
  await each.turn();
}));
console.log('open');
const since = process.cpuUsage();
const begun = Date.now();
process.on('SIGTERM', () => {
  const {user, system} = process.cpuUsage(since);
  const requests = Object.values(asked).reduce((sum, each) => sum + each, 0);
  console.log(`${requests} requests, ${failed} failed, ${(bytes / 1e6).toFixed(1)} MB; this program took ${((user + system) / 10 / (Date.now() - begun)).toFixed(1)}% of a core`);
  process.exit(0);
});

// Creates tests in a running service, as many as one has after some years: node tests.mjs BASE NUMBER
const [base, number] = process.argv.slice(2);
const WAYS = [
  {mode: 'shadow'}, {mode: 'traffic_split', traffic_split: 0.1}, {ramp: {steps: [0.05, 0.25, 1], hold_seconds: 86400}}
];

for (let n = 0; n < Number(number); n++) {
  const response = await fetch(base + '/api/v1/ab-test/create', {
    method: 'POST', headers: {'Content-Type': 'application/json', 'X-Actor': 'bench'},
    body: JSON.stringify({
      test_id: 'desk-' + n, control_model: 'bull_specialist', treatment_model: 'bull_specialist_v2', explicit: true,
      description: 'number ' + n + ' of the tests that a desk has after some years', ...WAYS[n % WAYS.length]
    })
  });
  if (response.status !== 201) {
    throw new Error(response.status + ' ' + await response.text());
  }
}

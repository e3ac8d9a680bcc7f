// What k6 runs: one chat completion per iteration. It has no server-sent events: it waits for the first byte and throws
// the body away.
import http from 'k6/http';

const load = JSON.parse(__ENV.LOAD);
const closed = {
  executor: 'shared-iterations',
  vus: load.users,
  iterations: load.requests,
  maxDuration: '10m',
};
const open = {
  executor: 'constant-arrival-rate',
  rate: load.perSecond,
  timeUnit: '1s',
  duration: `${load.seconds}s`,
  preAllocatedVUs: 50,
};

export const options = {
  discardResponseBodies: true,
  scenarios: { load: load.kind === 'closed' ? closed : open },
  summaryTrendStats: ['med', 'p(99)'],
};

const body = JSON.stringify({
  model: __ENV.MODEL,
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: __ENV.PROMPT }],
});
const request = { headers: { 'content-type': 'application/json' } };

export default function chat() {
  http.post(`${__ENV.URL}/v1/chat/completions`, body, request);
}

export function handleSummary(data) {
  return { [__ENV.RESULT]: JSON.stringify(data.metrics.http_req_waiting.values) };
}

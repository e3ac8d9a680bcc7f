/** Two regions that share the load, one of them with more of it. */
const regions = { east: '60%', west: '40%' };

/** Every arrival of a region has a prompt of its own, so that the server's log shows which arrival each request was. */
const prompts = { input_tokens: 24, unique: true };

/** A scenario against a simulated server: its requests can be told apart, each workload has a model of its own. */
export function fleetScenario(
  url: string,
  workloads: Readonly<Record<string, object>>,
  changes: object = {},
): object {
  const server = { type: 'openai-compatible', base_url: url };
  const names = Object.keys(workloads);
  return {
    name: 'fleet',
    seed: 7,
    regions,
    providers: names.map((name) => ({ ...server, name: `to-${name}`, models: [name] })),
    defaults: { synthetic: prompts, graceful_stop: '20s' },
    workload: {
      scenarios: names.map((name) => ({ name, providers: [`to-${name}`], ...workloads[name] })),
    },
    ...changes,
  };
}

/** An open loop of so many requests a second, evenly spaced. */
export function steady(rate: number, seconds: number): object {
  return { executor: 'constant-arrival-rate', rate, duration: `${seconds}s` };
}

/** So many virtual users, for so long. */
export function users(vus: number, seconds: number): object {
  return { executor: 'constant-vus', vus, duration: `${seconds}s` };
}

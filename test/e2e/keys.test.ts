import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import type { Answer } from '../support/recording-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** None of them looks like a key of a known vendor, so that only knowing them can hide them. */
const secrets = {
  API_KEY: 'q7Zp0-first.Secret/Value+1=',
  TENANT_TOKEN: 'wQ9-second_secret_value',
  QUERY_CODE: 'k3third%secret/value',
  SESSION: 'zz81fourthSecretValue',
};

const scenario = (url: string) => ({
  providers: [
    {
      name: 'own',
      type: 'openai-compatible',
      base_url: url,
      models: ['m'],
      api_key: '${API_KEY}',
      headers: { 'x-tenant': '${TENANT_TOKEN}' },
      query: { code: '${QUERY_CODE}' },
    },
  ],
  workload: {
    scenarios: [{ name: 'a', prompt: 'Hello', requests: 2, headers: { cookie: 'session=${SESSION}' } }],
  },
  output: { export: [{ format: 'json', path: 'report.json' }] },
});

/** All that a server may know of a request, as text. */
const echo: (request: Parameters<Answer>[0]) => string = ({ headers, url }) =>
  `refused ${url} ${decodeURIComponent(url)} with ${JSON.stringify(headers)} (${headers.authorization})`;

const answers: Readonly<Record<string, Answer>> = {
  'an error object': (request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: echo(request), type: 'invalid_request_error' } }));
  },
  'an error in plain text': (request, response) => {
    response.writeHead(400, { 'content-type': 'text/plain' });
    response.end(echo(request));
  },
  'a page': (request, response) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end(`<html><title>${echo(request)}</title></html>`);
  },
  'a long text that is cut inside them': (request, response) => {
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(`${'x'.repeat(275)} ${request.headers.authorization} ${echo(request)}`);
  },
  'an error inside a stream': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify({ error: { message: echo(request) } })}\n\n`);
  },
  'a broken event': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: {"choices": ${request.headers.authorization} ${echo(request)}\n\n`);
  },
  'a redirect to nowhere': (request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:1/${encodeURI(echo(request))}` });
    response.end();
  },
};

describe('keys', { timeout: 60_000 }, () => {
  it.concurrent.each(Object.keys(answers))(
    'stay out of everything when the server answers with %s',
    async (title) => {
      await using server = await recordingServer(answers[title]);
      await using folder = await temporaryFolder();
      const path = await folder.write('s.yaml', scenario(server.url));
      const input = { environment: secrets, cwd: folder.path };
      const text = await tokenstorm(['run', path], input);
      const json = await tokenstorm(['run', path, '--json'], input);
      const plan = await tokenstorm(['run', path, '--dry-run', '--json'], input);
      expect(server.requests.map(({ headers }) => headers['x-tenant'])).toContain(secrets.TENANT_TOKEN);
      expect(json.stdout).toContain('"failed": 2');
      const names = await readdir(folder.path);
      expect(names.toSorted()).toEqual(['report.json', 's.yaml']);
      const files = await Promise.all(names.map((name) => readFile(join(folder.path, name), 'utf8')));
      const seen = [text, json, plan]
        .flatMap(({ stdout, stderr }) => [stdout, stderr])
        .concat(files)
        .join('\n');
      for (const secret of Object.values(secrets)) {
        expect(seen).not.toContain(secret);
        expect(seen).not.toContain(encodeURIComponent(secret));
        expect(seen).not.toContain(secret.slice(0, 14));
      }
    },
  );

  it.concurrent('are refused where a scenario holds them itself, without being repeated', async () => {
    await using folder = await temporaryFolder();
    const whole = JSON.stringify(scenario('http://127.0.0.1:9'), null, 2);
    const path = await folder.write('s.yaml', whole.replace('${API_KEY}', secrets.API_KEY));
    const { exitCode, stdout, stderr } = await tokenstorm(['run', path], { environment: secrets });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('`api_key` holds a key itself');
    expect(stderr).not.toContain(secrets.API_KEY);
  });
});

import { readFile } from 'node:fs/promises';
import type { Report } from '@tokenstorm/core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../support/browser-page.ts';
import type { OpenedPage } from '../support/browser-page.ts';
import { startChromium } from '../support/chromium.ts';
import { tokenstorm } from '../support/command.ts';
import { runScenario } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** What is asked of the server is not known beforehand to whoever reads the report: this stands for it. */
const hostile = '</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>\u2028"\'';
const models = ['sim-ttft60-itl5-n20', 'sim-ttft20-itl5-n20-overloaded10'];
const secret = 'h3ader-value-written-out';

let browser: Browser;
let folder: TemporaryFolder;
/** Of one run: as JSON, and the path of its page. */
let report: Report;
let path: string;
/** The page as it opens, shared by the tests that do not change it for each other. */
let shared: OpenedPage;

const scenario = (url: string) => ({
  name: 'two-models-two-regions',
  regions: { 'eu-west': 60, 'us-east': 40 },
  providers: [
    {
      name: 'own',
      type: 'openai-compatible',
      base_url: `${url}/v1`,
      models,
      headers: { 'x-team': secret },
      pricing: Object.fromEntries(models.map((model) => [model, { input: 1, output: 4 }])),
    },
  ],
  workload: {
    scenarios: [
      {
        name: 'steady',
        prompt: 'Why is the mean no percentile?',
        executor: 'constant-arrival-rate',
        rate: 20,
        duration: '5.5s',
      },
    ],
  },
  slo: { ttft: '2s' },
  thresholds: { ttft: 'p(50) < 2s', errors: 'rate < 100%' },
});

beforeAll(async () => {
  folder = await temporaryFolder();
  path = `${folder.path}/report.html`;
  await using simulator = await simulatorProcess();
  const [run, started] = await Promise.all([
    runScenario(scenario(simulator.url), { flags: ['--export', `html=${path}`] }),
    startChromium(),
  ]);
  report = run.report;
  browser = started;
  shared = await openFile(browser, path);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

/** Pixels of a chart that something is drawn on. */
const drawnPixels = (page: Page) =>
  page.$$eval('.plot canvas', (all) =>
    all.map((one) => {
      const canvas = one as unknown as {
        width: number;
        height: number;
        getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
      };
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, index) => index % 4 === 3 && value > 0).length;
    }),
  );

const card = (page: Page, label: string) =>
  page.locator('.card', { has: page.getByText(label, { exact: true }) }).locator('data');

const exactOf = async (page: Page, label: string) => Number(await card(page, label).getAttribute('value'));

/** The cells of a table's column, with the exact values behind the texts. */
const column = (page: Page, section: string, index: number) =>
  page.$$eval(
    `#${section} tbody tr`,
    (rows, at) =>
      rows.map((row) => {
        const cell = row.children[at] as unknown as { dataset: { value?: string }; textContent: string };
        return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
      }),
    index,
  );

describe('the HTML report of a run', { timeout: 60_000 }, () => {
  it('is one file that asks for nothing, and has no secret', async () => {
    await using opened = await openFile(browser, path);
    expect(opened.faults).toEqual([]);
    const text = await readFile(path, 'utf8');
    expect(text.length).toBeLessThan(400_000);
    expect(text).not.toContain(secret);
    expect(text).not.toMatch(/(?:src|href)="(?!#|data:)/);
    // What its policy forbids does not happen either.
    await opened.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})");
    expect(opened.faults.join()).toContain('Content Security Policy');
  });

  it('says what the JSON says', async () => {
    const { page } = shared;
    const { ttft, e2e } = report.metrics;
    expect(await page.locator('h1').textContent()).toBe('two-models-two-regions');
    expect(await exactOf(page, 'Requests')).toBe(report.accounting.scheduled);
    expect(await exactOf(page, 'TTFT p50')).toBe(ttft?.p50);
    expect(await exactOf(page, 'TTFT p99')).toBe(ttft?.p99);
    expect(await exactOf(page, 'E2E p95')).toBe(e2e?.p95);
    expect(await exactOf(page, 'Cost')).toBe(report.cost?.total_usd);
    expect(await card(page, 'Requests').textContent()).toBe(String(report.accounting.scheduled));
    expect(await page.locator('.verdict .mark').innerText()).toContain('Passed');
    expect((await page.locator('.validity .mark').innerText()).toLowerCase()).toContain(
      report.validity.level,
    );
    expect(await column(page, 'models', 3)).toEqual(
      models.map((model) =>
        report.groups
          .filter(({ labels }) => labels.model === model)
          .reduce((sum, { tokens }) => sum + (tokens.output ?? 0), 0),
      ),
    );
    expect((await column(page, 'errors', 1)).slice(0, 1)).toEqual([
      Math.max(...Object.values(report.errors)),
    ]);
    const ttftSum = (
      await page.$$eval('[data-chart=ttft-distribution] td:nth-child(3)', (cells) =>
        cells.map((cell) => Number((cell as unknown as { dataset: { value: string } }).dataset.value)),
      )
    ).reduce((sum, count) => sum + count, 0);
    expect(ttftSum).toBe(ttft?.count);
    expect(JSON.parse((await page.locator('#scenario code').last().textContent()) ?? '')).toEqual(
      report.scenario,
    );
  });

  it('draws its charts in both themes, and remembers the one that was chosen', async () => {
    await using opened = await openFile(browser, path, { scheme: 'dark' });
    const { page } = opened;
    const colours = () =>
      page.evaluate<string[]>(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color, getComputedStyle(document.querySelector('.mark')).color]",
      );
    const dark = await colours();
    await expect.poll(async () => Math.min(...(await drawnPixels(page)))).toBeGreaterThan(500);
    expect(await drawnPixels(page)).toHaveLength(8);
    await page.getByRole('button', { name: 'Light theme' }).click();
    const light = await colours();
    expect(light.filter((colour, index) => colour === dark[index])).toEqual([]);
    await expect.poll(async () => Math.min(...(await drawnPixels(page)))).toBeGreaterThan(500);
    // The browser keeps what was chosen in its own time.
    const afterReload = async () => {
      await page.reload();
      return await colours();
    };
    await expect.poll(afterReload).toEqual(light);
    expect(opened.faults).toEqual([]);
  });

  it('is used by keyboard', async () => {
    const { page } = shared;
    await page.evaluate(`globalThis.stops = [];
      document.addEventListener('focusin', ({ target }) => {
        const isSeen = getComputedStyle(target).outlineStyle !== 'none';
        stops.push(target.textContent.trim().slice(0, 40) + (isSeen ? '' : ' unseen'));
      });`);
    for (let stop = 0; stop < 45; stop++) await page.keyboard.press('Tab');
    const names = await page.evaluate<string[]>('stops');
    expect(names[0]).toBe('Skip to the results');
    expect(names).toContain('Dark theme');
    expect(names).toContain('p99');
    expect(names.filter((name) => name.endsWith(' unseen'))).toEqual([]);
    const button = page.locator('[data-chart=ttft-course] button').first();
    await button.focus();
    await page.keyboard.press('Space');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
  });

  it('sorts its tables', async () => {
    const { page } = shared;
    const known = async () => (await column(page, 'calls', 5)).filter((value) => typeof value === 'number');
    const durations = report.calls.flatMap(({ e2e_ms: ms }) => ms ?? []);
    const head = page.locator('#calls th', { hasText: 'E2E' });
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await known()).toEqual(durations.toSorted((one, other) => other - one));
    await head.getByRole('button').press('Enter');
    expect(await known()).toEqual(durations.toSorted((one, other) => one - other));
    expect(await page.locator('#said').textContent()).toContain('ascending');
  });

  it('names its pictures, parts and tables for a screen reader, and fits a telephone', async () => {
    await using opened = await openFile(browser, path, { width: 390 });
    const { page } = opened;
    const names = await page
      .getByRole('img')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(names).toHaveLength(8);
    for (const name of names) expect(name).toMatch(/^\w.{40,}\.$/);
    const levels = await page
      .getByRole('heading')
      .evaluateAll((all) => all.map((one) => Number(one.tagName.at(1))));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 1) + 1)).toEqual([]);
    const tables = await page.locator('table').count();
    expect(await page.locator('table > caption').count()).toBe(tables);
    expect(await page.locator('th:not([scope])').count()).toBe(0);
    expect(
      await page.evaluate(
        'new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size === document.querySelectorAll("[id]").length',
      ),
    ).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  it('can be read without scripts', async () => {
    await using opened = await openFile(browser, path, { hasScripts: false });
    expect(await opened.page.locator('.plot').first().isVisible()).toBe(false);
    await opened.page.locator('[data-chart=ttft-distribution] summary').click();
    expect(await opened.page.locator('[data-chart=ttft-distribution] table').isVisible()).toBe(true);
    expect(await opened.page.locator('#calls tbody tr').count()).toBe(report.calls.length);
  });
});

describe('the HTML report of a report', { timeout: 60_000 }, () => {
  it('shows texts of a server as texts, and does without what older versions did not know', async () => {
    const { distributions: _, scenario: __, regression: ___, ...older } = report;
    const labels = { ...report.groups[0]!.labels, model: hostile };
    const [group] = report.groups.map(({ distributions: ____, ...rest }) => ({ ...rest, labels }));
    const stored = {
      ...older,
      run: { ...report.run, name: hostile },
      groups: [group],
      error_examples: Object.fromEntries(Object.keys(report.errors).map((kind) => [kind, hostile])),
      windows: report.windows.map(({ output_tokens: ____, errors: _____, ...window }) => window),
      calls: report.calls.map((call) => ({ ...call, labels, message: hostile })),
    };
    const file = await folder.write('older.json', stored);
    const { stderr } = await tokenstorm(['report', file, '--export', `html=${folder.path}/older.html`]);
    expect(stderr).toContain('older.html');
    await using opened = await openFile(browser, `${folder.path}/older.html`);
    expect(opened.faults).toEqual([]);
    expect(await opened.page.locator('h1').textContent()).toBe(hostile);
    expect(await opened.page.locator('#errors .message').first().textContent()).toBe(hostile);
    expect(await opened.page.locator('main img, main script').count()).toBe(0);
    expect(Math.min(...(await drawnPixels(opened.page)))).toBeGreaterThan(500);
  });
});

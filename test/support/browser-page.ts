import type { Browser, Page } from 'playwright-core';

/** A file opened in a browser, and everything about it that must not be. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** What was asked of a network, and what the console says of errors. */
  readonly faults: readonly string[];
}

export interface PageOptions {
  /** Default: 1400. */
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly hasScripts?: boolean;
}

/** Opens a file in a context of its own: nothing is remembered from page to page. */
export async function openFile(
  browser: Browser,
  path: string,
  { width = 1400, scheme = 'light', hasScripts = true }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: hasScripts,
    offline: true,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:file|data):/.test(request.url())) faults.push(`request of ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('dialog', (dialog) => {
    faults.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`file://${path}`);
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { installPrograms } from './installed-programs.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Sees to it that there is a Chromium where that can be done; where it cannot, the test that needs it says so. */
export function installChromium(): void {
  if (chromiumPath() !== undefined) return;
  try {
    installPrograms(['chromium'], ['chromium', 'fonts-dejavu-core']);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}

/** A Chromium of the test's own, without a window. Rejects where there is none. */
export async function startChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error(
      `The HTML report is tested in Chromium: none of ${names.join(', ')} is on PATH. On Debian or Ubuntu: sudo apt-get install chromium`,
    );
  // Loaded by those who start one only: the setup of all tests uses this file too.
  const { chromium } = await import('playwright-core');
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return await chromium.launch({ executablePath, args });
}

function chromiumPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

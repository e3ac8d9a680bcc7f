import { createHash } from 'node:crypto';
import type { Report } from '@tokenstorm/core';
import type { Assets } from './assets.ts';
import type { ChartData } from './chart.ts';
import { Html, markup } from './markup.ts';
import { scriptData } from './script-data.ts';
import { sectionMarkup } from './section.ts';
import type { PageSection } from './section.ts';

/** What the page is made of. */
export interface PageParts {
  readonly report: Report;
  readonly head: Html;
  readonly sections: readonly PageSection[];
  readonly charts: Readonly<Record<string, ChartData>>;
  readonly assets: Assets;
}

/**
 * The whole document. Its policy allows no request of any kind, and none but its own scripts, so that nothing a server
 * wrote could run even if it came through unescaped.
 */
export function pageDocument({ report, head, sections, charts, assets }: PageParts): string {
  const scripts = [assets.headScript, ...assets.scripts].map(scriptText);
  const [headScript = '', ...bodyScripts] = scripts;
  const { run } = report;
  return `${
    markup`<!doctype html>
      <html lang="en" class="no-script">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta http-equiv="Content-Security-Policy" content="${policy(scripts)}" />
          <meta name="generator" content="Tokenstorm ${run.version}" />
          <meta name="referrer" content="no-referrer" />
          <link rel="icon" href="data:," />
          <title>${run.name} · Tokenstorm report</title>
          ${raw('style', assets.css)} ${raw('script', headScript)}
        </head>
        <body>
          <a class="skip" href="#content">Skip to the results</a>
          <header class="top">
            <div class="inside">
              <p class="brand">${logo}Tokenstorm <span class="label">load test report</span></p>
              <nav aria-label="Parts of the report">
                <ul>
                  ${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
                </ul>
              </nav>
              <button type="button" id="theme" hidden>Dark</button>
            </div>
          </header>
          <main id="content" class="inside" tabindex="-1">${head} ${sections.map(sectionMarkup)}</main>
          <footer class="inside">
            <p>
              Made by Tokenstorm ${run.version} · run ${run.id} · seed ${run.seed}. Latencies are in
              milliseconds unless a unit says otherwise.
            </p>
          </footer>
          <p id="said" class="hidden" role="status"></p>
          ${raw('script', scriptData(charts), ' type="application/json" id="charts"')}
          ${bodyScripts.map((text) => raw('script', text))}
        </body>
      </html>`.text
  }\n`;
}

const logo = markup`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
  <path d="M13.5 1.5 4 13.5h6.2L8.6 22.5 20 9.2h-7z" fill="currentColor" />
</svg>`;

/** An element that holds a file's text to the letter, as the policy's hashes are of it. */
function raw(name: 'style' | 'script', text: string, attributes = ''): Html {
  return new Html(`<${name}${attributes}>${text}</${name}>\n`);
}

/** A file's text as it may stand in a script element. */
function scriptText(text: string): string {
  if (/<\/script|<!--/i.test(text)) throw new Error('A script of the HTML report would end its element.');
  return text;
}

function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'`;
}

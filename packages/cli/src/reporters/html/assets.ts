import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What is written into the page beside the report itself. */
export interface Assets {
  readonly css: string;
  /** Run before anything is shown: the theme. */
  readonly headScript: string;
  /** Scripts in the order in which they need each other. */
  readonly scripts: readonly string[];
}

/** In the order in which they go before each other. */
const styles = ['page.css', 'summary.css', 'charts.css', 'tables.css', 'media.css'];

/** The package's own files, and uPlot's out of its package. */
export function readAssets(): Assets {
  const require = createRequire(import.meta.url);
  const plotCss = readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8');
  const plot = readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
  return {
    css: [plotCss, ...styles.map(own)].join('\n'),
    headScript: own('theme.js'),
    scripts: [plot, own('tables.js'), own('charts.js')],
  };
}

/** As far from the built module as from its source. */
function own(name: string): string {
  return readFileSync(new URL(`../../../assets/html-report/${name}`, import.meta.url), 'utf8');
}

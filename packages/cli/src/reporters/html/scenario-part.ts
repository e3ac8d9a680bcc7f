import type { Report } from '@tokenstorm/core';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';

/** The scenario that ran, as far as the report has it. */
export function scenarioPart({ run, scenario }: Report): Content {
  if (scenario === undefined) return markup`<p class="empty">This report does not hold its scenario.</p>`;
  return markup`<p class="hint">
      With every default filled in, in the units of the report. Values of headers and of query parameters are
      left out, and prompts are cut after 300 characters. Seed <code>${run.seed}</code>.
    </p>
    <pre
      class="panel"
      tabindex="0" role="group"
      aria-label="The scenario as JSON"
    ><code>${JSON.stringify(scenario, null, 2)}</code></pre>`;
}

import type { Report } from '@tokenstorm/core';
import { durationText, measureText } from '../../view/number-text.ts';
import { validityWords, verdictWords } from '../text/conclusion.ts';
import { loadText } from '../text/header.ts';
import { measuredText } from '../text/thresholds-section.ts';
import { markup, none } from './markup.ts';
import type { Content, Html } from './markup.ts';
import { mark } from './section.ts';
import type { Tone } from './section.ts';

/** Name, what ran, and in two panels how it ended and whether to believe its numbers. */
export function overview(report: Report): Html {
  const { run } = report;
  const targets = [...new Set(run.workloads.flatMap(({ targets: keys }) => keys))];
  const seconds = Math.round(run.duration_s * 1000);
  return markup`<header class="overview">
      <h1>${run.name}</h1>
      <p class="facts">
        <span><span class="label">Run</span> <code>${run.id}</code></span>
        <span
          ><span class="label">Started</span>
          <time datetime="${run.started_at}">${startText(run.started_at)}</time></span
        >
        <span><span class="label">Took</span> ${durationText(seconds)}</span>
        <span
          ><span class="label">${run.regions.length === 1 ? 'Region' : 'Regions'}</span>
          ${run.regions.join(', ')}</span
        >
        <span
          ><span class="label">${run.workers === 1 ? 'Worker' : 'Workers'}</span> ${run.workers}
          (${run.mode})</span
        >
        <span><span class="label">Targets</span> ${targets.join(', ')}</span>
      </p>
      <ul class="loads">
        ${run.workloads.map((facts) => markup`<li>${loadText(facts)}</li>`)}
      </ul>
    </header>
    <div class="verdicts">${verdictPanel(report)}${validityPanel(report)}</div>`;
}

const verdictTones: Readonly<Record<Report['verdict'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  aborted: 'warning',
  interrupted: 'warning',
};
const validityTones: Readonly<Record<Report['validity']['level'], Tone>> = {
  valid: 'good',
  suspect: 'warning',
  invalid: 'bad',
};

function verdictPanel(report: Report): Html {
  const tone = verdictTones[report.verdict];
  return markup`<div class="verdict panel ${tone}">
    <p class="state"><span class="label">Verdict</span> ${mark(tone, capitalised(report.verdict))}</p>
    <p>${verdictWords(report)}.</p>
    ${limits(report.thresholds)}
  </div>`;
}

/** More than these are in their own section only. */
const limitsShown = 8;

function limits(thresholds: Report['thresholds']): Content {
  if (thresholds.length === 0 || thresholds.length > limitsShown) return none;
  return markup`<ul class="limits">${thresholds.map((result) => {
    const [tone, sign, word] = result.passed ? ['good', '✓', 'held'] : ['bad', '✗', 'broken'];
    return markup`<li><span class="sign ${tone}" aria-hidden="true">${sign}</span> <code>${result.metric} ${result.expression}</code> <span class="label"><span class="hidden">${word}, </span>${measuredText(result)}</span></li>`;
  })}</ul>`;
}

function validityPanel(report: Report): Html {
  const { level, reasons } = report.validity;
  const tone = validityTones[level];
  return markup`<div class="validity panel ${tone}">
    <p class="state"><span class="label">Measurement</span> ${mark(tone, capitalised(level))}</p>
    <p>${validityWords(report)}.${latenessText(report.generator)}</p>
    ${reasons.length > 0 && markup`<ul>${reasons.map(({ detail }) => markup`<li>${detail}</li>`)}</ul>`}
  </div>`;
}

/** How late the generator was, as far as that was measured. */
function latenessText({
  schedule_lag_p99_ms: lag,
  send_delay_p99_ms: delay,
  stamp_error_bound_p99_ms: stamp,
}: Report['generator']): string {
  const late = Math.max(lag ?? 0, delay ?? 0);
  const parts = [
    ...(lag === null && delay === null
      ? []
      : [`99% of the requests left at most ${measureText(late)} ms late`]),
    ...(stamp === null ? [] : [`99% of the time stamps are exact to ${measureText(stamp)} ms`]),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(', and ')}.`;
}

/** `2026-11-21 09:15:30 UTC` */
function startText(iso: string): string {
  return iso.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

import { usdText } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import type { Page, Section } from '../view/page.ts';
import { labelled } from '../view/wrap.ts';

/** What the requests cost; a model without a known price costs an unknown amount, never a guessed one. */
export function costSection({ cost, accounting }: Report, { width, style }: Page): Section {
  if (accounting.completed === 0) return [];
  const text =
    cost === null || cost.total_usd === null
      ? 'unknown: no price is known for this model (--prices FILE takes it)'
      : [
          usdText(cost.total_usd),
          ...(cost.per_request_usd === null ? [] : [`Cost/Request: ${usdText(cost.per_request_usd)}`]),
          ...(cost.per_1k_tokens_usd === null ? [] : [`Cost/1K tokens: ${usdText(cost.per_1k_tokens_usd)}`]),
        ].join(' | ');
  return [style.title('Cost Analysis:'), ...labelled('  Total Cost: ', text, width)];
}

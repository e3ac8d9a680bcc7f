import type { Vendor } from '../dialect/dialect.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import { frameOf } from '../wire/frame.ts';
import { wholeResponse } from '../wire/response-head.ts';
import { commonHeaders, endingOf } from './answer.ts';
import type { Answer, AnswerOrder } from './answer.ts';
import { retryAfterHeaders } from './retry-after.ts';

/** The answer under a fault that is an HTTP status; `null` for other faults. */
export function httpErrorAnswer(
  behaviour: ModelBehaviour,
  vendor: Vendor,
  order: AnswerOrder,
): Answer | null {
  const { fault } = order;
  const error = fault === null ? undefined : vendor.faultErrors[fault];
  if (error === undefined) return null;
  const { retryAfterSeconds, retryAfterForm } = behaviour;
  const retryAfter =
    fault === 'rate_limited' ? retryAfterHeaders(retryAfterSeconds * 1_000, retryAfterForm) : [];
  const headers = [...commonHeaders(behaviour, order), ...retryAfter];
  const frame = frameOf(wholeResponse(error.statusCode, vendor.errorBody(error, order.id), headers));
  return {
    statusCode: error.statusCode,
    writes: [{ atMs: 0, frames: [frame] }],
    ending: endingOf(behaviour, order),
    usage: null,
  };
}

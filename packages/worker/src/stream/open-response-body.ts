import type { Provider } from '@tokenstorm/providers';
import type { ResponseBody } from './response-body.ts';
import { StreamedBody } from './streamed-body.ts';
import type { TextConsumer } from './stream-sink.ts';
import { WholeBody } from './whole-body.ts';

/**
 * A reader for a response of this provider. `isStreamed` follows what the response is (its content type is
 * `text/event-stream`), not what was asked for: an error under status 200 often comes as a plain JSON body.
 */
export function openResponseBody(
  provider: Provider,
  isStreamed: boolean,
  onText?: TextConsumer,
): ResponseBody {
  return isStreamed
    ? new StreamedBody(provider.decoder(), onText)
    : new WholeBody(provider.decoder(), onText);
}

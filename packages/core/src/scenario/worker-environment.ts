import { missingMessage, missingNames } from './environment.ts';
import type { Parse } from './context.ts';
import type { Target } from './scenario.ts';
import { isWorkerResolved } from './secrets.ts';
import { mapTexts, providerIndex } from './tree.ts';

/** Reports each variable that the workers will need and that this environment, which is theirs, does not have. */
export function checkWorkerEnvironment(parse: Parse, targets: readonly Target[]): void {
  const { reading, context } = parse;
  mapTexts(reading.value, (text, path) => {
    if (!isWorkerResolved(path)) return text;
    const missing = missingNames(text, context.env);
    if (missing.length > 0)
      reading.report(path, missingMessage(missing), `export ${missing[0]}=… before the run`);
    return text;
  });
  for (const target of targets) {
    const needed = missingNames(target.apiKey ?? '', context.env);
    if (needed.length === 0) continue;
    const path = ['providers', providerIndex(reading.value, target.provider), 'api_key'];
    const message = `${missingMessage(needed)}, and provider \`${target.provider}\` takes its key from there`;
    reading.report(
      path,
      message,
      'set it, or give the provider an `api_key: ${NAME}`; no key is needed with a base_url of your own',
    );
  }
}

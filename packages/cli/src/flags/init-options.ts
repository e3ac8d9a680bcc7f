import { initProviders, templateKinds } from '../init/template-kinds.ts';
import type { InitProvider, TemplateKind } from '../init/template-kinds.ts';
import { defined } from './defined.ts';
import { FlagValues } from './flag-values.ts';

/** What `tokenstorm init` was asked to do. */
export interface InitOptions {
  readonly file: string;
  /** Overwrite a file that is there. */
  readonly force: boolean;
  readonly kind: TemplateKind;
  readonly url?: string;
  readonly models: readonly string[];
  readonly provider?: InitProvider;
}

const defaultFile = 'tokenstorm.yaml';

/** The options of `tokenstorm init` from what commander parsed. Throws one `E_USAGE` error that names every problem. */
export function readInitOptions(
  file: string | undefined,
  parsed: Readonly<Record<string, unknown>>,
): InitOptions {
  const values = new FlagValues(parsed);
  const kind = values.oneOf('--kind', templateKinds) ?? 'chat-steady';
  const url = values.text('--url');
  const options: InitOptions = {
    file: file ?? defaultFile,
    force: values.switchValue('--force') === true,
    kind,
    models: values.all('--model'),
    ...defined({
      url: url === undefined || /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`,
      provider: values.oneOf('--provider', initProviders),
    }),
  };
  check(options, values);
  values.assertValid();
  return options;
}

function check({ file, kind, url, models, provider }: InitOptions, values: FlagValues): void {
  if (!/\.(?:ya?ml)$/.test(file)) values.problem(`${file}: the name of a scenario file ends in .yaml`);
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    values.problem(`--url ${url}: expected the URL of an API, such as http://127.0.0.1:8000/v1`);
  if (kind === 'compare-providers' && (url ?? provider ?? models[0]) !== undefined)
    values.problem('--kind compare-providers names providers of its own: change them in the file');
}

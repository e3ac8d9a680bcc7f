import { TokenstormError } from '../errors.ts';
import type { Workload } from '../scenario/scenario.ts';
import { cacheBusting } from './cache-bust.ts';
import type { PromptStream, PromptWriter, RunPrompts } from './prompt.ts';
import { SyntheticSource } from './synthetic.ts';
import { writtenPrompts } from './written.ts';

/** The prompts of one workload in one run: what their writers share is made once. */
export class WorkloadPrompts {
  readonly #writer: (stream: PromptStream) => PromptWriter;

  constructor(
    { name, prompts, cacheBust }: Pick<Workload, 'name' | 'prompts' | 'cacheBust'>,
    run: RunPrompts,
  ) {
    const plain = writerOf(name, prompts, run);
    this.#writer = cacheBust ? (stream) => cacheBusting(plain(stream), run, stream) : plain;
  }

  writer(stream: PromptStream): PromptWriter {
    return this.#writer(stream);
  }
}

function writerOf(
  workload: string,
  prompts: Workload['prompts'],
  run: RunPrompts,
): (stream: PromptStream) => PromptWriter {
  if (prompts.kind === 'synthetic') {
    const source = new SyntheticSource(prompts, workload, run);
    return (stream) => source.writer(stream);
  }
  if (prompts.kind === 'worker-file')
    throw new TokenstormError('E_INTERNAL', `the data set ${prompts.path} was not read`);
  const written = writtenPrompts(prompts, run);
  return () => written;
}

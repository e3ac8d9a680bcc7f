import { describe, expect, it } from 'vitest';
import type { SyntheticPrompts } from '../scenario/scenario.ts';
import type { PromptStream, RunPrompts } from './prompt.ts';
import { plainVocabulary } from './vocabulary.ts';
import { WorkloadPrompts } from './workload-prompts.ts';

const fixed: SyntheticPrompts = {
  kind: 'synthetic',
  inputTokens: { kind: 'fixed', tokens: 512 },
  sharedPrefixTokens: 0,
};
const run: RunPrompts = { runId: 'run1', seed: 42, vocabulary: plainVocabulary, datasets: new Map() };
const here: PromptStream = { region: 'eu', stream: 0 };

function writerOf(
  prompts: Partial<SyntheticPrompts> = {},
  {
    ofRun = run,
    stream = here,
    name = 'w',
  }: { ofRun?: RunPrompts; stream?: PromptStream; name?: string } = {},
) {
  const workload = { name, prompts: { ...fixed, ...prompts }, cacheBust: false };
  return new WorkloadPrompts(workload, ofRun).writer(stream);
}

type Writer = ReturnType<typeof writerOf>;

function textOf(writer: Writer, index: number): string {
  return writer.prompt(index).messages.at(-1)?.content ?? '';
}

/** The words and full stops of a text, each of which is one token. */
function tokensOf(text: string): readonly string[] {
  return text.match(/[a-z]+|\./g) ?? [];
}

describe('synthetic prompts', () => {
  it.each([6, 7, 41, 42, 43, 512, 4096])('have %d tokens where so many are asked for', (tokens) => {
    const writer = writerOf({ inputTokens: { kind: 'fixed', tokens } });
    for (const index of [0, 1, 99]) {
      expect(tokensOf(textOf(writer, index))).toHaveLength(tokens);
      expect(writer.prompt(index).asked).toEqual({ inputTokens: tokens });
    }
  });

  it('come to four characters a token', () => {
    const writer = writerOf({ inputTokens: { kind: 'fixed', tokens: 2048 } });
    const characters = Array.from({ length: 50 }, (_, index) => textOf(writer, index).length);
    const mean = characters.reduce((sum, length) => sum + length, 0) / 50 / 2048;
    expect(mean).toBeGreaterThan(3.95);
    expect(mean).toBeLessThan(4.05);
  });

  it('are the same for the same run, seed, workload and index, in whatever process', () => {
    const laws: Partial<SyntheticPrompts> = {
      inputTokens: { kind: 'normal', mean: 200, stddev: 50 },
      outputTokens: { kind: 'uniform', min: 10, max: 90 },
    };
    const [one, other] = [writerOf(laws), writerOf(laws)];
    for (const index of [5, 0, 77]) expect(other.prompt(index)).toEqual(one.prompt(index));
  });

  it('are all different, from the first words on, over 100,000 indexes', () => {
    const writer = writerOf({ inputTokens: { kind: 'fixed', tokens: 24 }, sharedPrefixTokens: 10 });
    const prefix = textOf(writer, 0).slice(0, textOf(writer, 0).indexOf(tokensOf(textOf(writer, 0))[10]!));
    const openings = new Set<string>();
    for (let index = 0; index < 100_000; index += 1) {
      const tokens = tokensOf(textOf(writer, index));
      expect(tokens.length).toBe(24);
      openings.add(tokens.slice(10, 14).join(' '));
    }
    expect(openings.size).toBe(100_000);
    expect(prefix.length).toBeGreaterThan(10);
  });

  it('share the prefix, which a second run and another target have too', () => {
    const prompts = { sharedPrefixTokens: 100 };
    const start = (writer: Writer, index: number) => tokensOf(textOf(writer, index)).slice(0, 100).join(' ');
    const writer = writerOf(prompts);
    const others = [
      writerOf(prompts, { ofRun: { ...run, runId: 'run2' } }),
      writerOf(prompts, { stream: { ...here, stream: 2 } }),
    ];
    for (const other of [writer, ...others]) expect(start(other, 8)).toBe(start(writer, 0));
    expect(start(writerOf(prompts, { ofRun: { ...run, seed: 43 } }), 0)).not.toBe(start(writer, 0));
  });

  it('keep their lengths in a second run and for another target, but not their first words', () => {
    const laws = { inputTokens: { kind: 'lognormal', median: 300, sigma: 1 } } as const;
    const writer = writerOf(laws);
    const others = [
      writerOf(laws, { ofRun: { ...run, runId: 'run2' } }),
      writerOf(laws, { stream: { ...here, stream: 2 } }),
    ];
    for (const other of others) {
      for (let index = 0; index < 50; index += 1) {
        expect(other.prompt(index).asked).toEqual(writer.prompt(index).asked);
        const [ours, theirs] = [textOf(writer, index), textOf(other, index)].map((text) =>
          tokensOf(text).slice(0, 6).join(' '),
        );
        expect(theirs).not.toBe(ours);
      }
    }
  });

  it('differ between regions, workloads and seeds', () => {
    const variants = [
      writerOf(),
      writerOf({}, { stream: { region: 'us', stream: 1 } }),
      writerOf({}, { name: 'other', stream: { region: 'eu', stream: 4 } }),
      writerOf({}, { ofRun: { ...run, seed: 1 } }),
    ];
    expect(new Set(variants.map((writer) => textOf(writer, 3))).size).toBe(4);
  });

  it('follow the laws, and are never shorter than what makes them different', () => {
    const writer = writerOf({
      inputTokens: { kind: 'normal', mean: 100, stddev: 60 },
      outputTokens: { kind: 'uniform', min: 1, max: 3 },
      sharedPrefixTokens: 20,
    });
    const prompts = Array.from({ length: 4000 }, (_, index) => writer.prompt(index));
    const lengths = prompts.map(({ messages }) => tokensOf(messages[0]!.content).length);
    expect(lengths).toEqual(prompts.map(({ asked }) => asked?.inputTokens));
    expect(Math.min(...lengths)).toBe(26);
    const above = lengths.filter((length) => length > 100).length / 4000;
    expect(Math.abs(above - 0.5)).toBeLessThan(0.05);
    expect(new Set(prompts.map(({ asked }) => asked?.outputTokens))).toEqual(new Set([1, 2, 3]));
  });

  it('are so many in turn where they may repeat, in every run, region and for every target', () => {
    const laws = { distinct: 3, inputTokens: { kind: 'normal', mean: 60, stddev: 20 } } as const;
    const writer = writerOf(laws);
    const other = writerOf(laws, { ofRun: { ...run, runId: 'run2' }, stream: { region: 'us', stream: 5 } });
    const texts = [0, 1, 2, 3, 4].map((index) => textOf(writer, index));
    expect(new Set(texts).size).toBe(3);
    expect(texts.slice(3)).toEqual(texts.slice(0, 2));
    expect([0, 1, 2, 3].map((index) => writer.prompt(index).row)).toEqual([0, 1, 2, 0]);
    expect(textOf(other, 1)).toBe(texts[1]);
    expect(writerOf().prompt(0).row).toBeUndefined();
  });

  it('come after a system message', () => {
    expect(
      writerOf({ system: 'You.' })
        .prompt(0)
        .messages.map(({ role }) => role),
    ).toEqual(['system', 'user']);
  });
});

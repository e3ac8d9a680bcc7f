import { describe, expect, it } from 'vitest';
import { normalizeArguments } from './normalize-arguments.ts';
import { runFlags } from './run-flags.ts';

const cases: readonly (readonly [title: string, given: string, expected: readonly string[]])[] = [
  ['nothing', '', []],
  ['our own names', '--request-rate 5 --json', ['--request-rate', '5', '--json']],
  ['a long alias', '--rate 5', ['--request-rate', '5']],
  ['a long alias with =', '--rate=5', ['--request-rate', '5']],
  ['a value that holds =', '--base-url=http://h/?a=b', ['--url', 'http://h/?a=b']],
  ['a short alias', '-q 5', ['--request-rate', '5']],
  ['a short alias with its value attached', '-R50', ['--request-rate', '50']],
  ['a short alias with =', '-R=50', ['--request-rate', '50']],
  ['our own short names', '-n 5 -c8', ['--request-count', '5', '--concurrency', '8']],
  [
    'a value that looks like an alias',
    '--prompt --rate --rate 5',
    ['--prompt', '--rate', '--request-rate', '5'],
  ],
  ['a value that may be left out', '--redis redis://h:1 a.yaml', ['--redis', 'redis://h:1', 'a.yaml']],
  ['its absence before a file', '--redis a.yaml', ['--redis', '', 'a.yaml']],
  ['its absence before a flag', '--redis --json', ['--redis', '', '--json']],
  ['its absence at the end', 'a.yaml --redis', ['a.yaml', '--redis', '']],
  ['a negative value', '--temperature -1', ['--temperature', '-1']],
  ['a flag whose value is missing', '--rate', ['--request-rate']],
  ['an unknown flag', '--what -x 5', ['--what', '-x', '5']],
  ['all after --', '-- --rate 5', ['--', '--rate', '5']],
  ['a file among flags', '-q 5 a.yaml -z 9s', ['--request-rate', '5', 'a.yaml', '--duration', '9s']],
  [
    'several values of one flag',
    '--goodput ttft:1 tpot:2 a.yaml',
    ['--goodput', 'ttft:1', '--goodput', 'tpot:2', 'a.yaml'],
  ],
  [
    'values of one flag, then another',
    '--extra-inputs a:1 b:x --json',
    ['--extra-inputs', 'a:1', '--extra-inputs', 'b:x', '--json'],
  ],
  ['several values of a flag that takes one', '--model a:1 b:2', ['--model', 'a:1', 'b:2']],
  ['a flag that is not supported yet', '--metric-percentiles 5', ['--percentiles', '5']],
];

describe('normalizeArguments', () => {
  it.each(cases)('%s', (_, given, expected) => {
    const argv = given === '' ? [] : given.split(' ');
    expect(normalizeArguments(argv, runFlags)).toEqual(expected);
  });

  it('keeps an empty value', () => {
    expect(normalizeArguments(['--prompt='], runFlags)).toEqual(['--prompt', '']);
    expect(normalizeArguments(['--prompt', '', '-q', '1'], runFlags)).toEqual([
      '--prompt',
      '',
      '--request-rate',
      '1',
    ]);
  });

  it('changes nothing the second time', () => {
    for (const [, given] of cases) {
      const once = normalizeArguments(given.split(' '), runFlags);
      expect(normalizeArguments(once, runFlags)).toEqual(once);
    }
  });
});

describe('runFlags', () => {
  it('gives no name to two flags', () => {
    const names = runFlags.flatMap((flag) => [
      flag.name,
      ...(flag.short ? [flag.short] : []),
      ...(flag.aliases ?? []),
    ]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('knows the names that other tools have for the same', () => {
    const names: readonly string[] = runFlags.flatMap((flag) => [
      flag.name,
      ...(flag.short ? [flag.short] : []),
      ...(flag.aliases ?? []),
    ]);
    const expected =
      '--model -m --url -u --base-url --target --endpoint-type --backend --api-backend --endpoint --api-key ' +
      '--concurrency -c --max-concurrency --parallel --num-concurrency --request-rate --rate --target-qps -q -R ' +
      '--arrival-pattern --burstiness --request-count -n --num-prompts --num-requests --number --duration -d -z ' +
      '--benchmark-duration --warmup-request-count --warmup-duration --num-warmups --warmup-requests --isl --osl ' +
      '--isl-stddev --osl-stddev --random-input-len --random-output-len --random-range-ratio --random-prefix-len --dataset --dataset-path ' +
      '--dataset-name --public-dataset --input-file --custom-dataset-type --goodput --tokenizer --use-server-token-count ' +
      '--extra-inputs --extra-request-body --header --streaming --request-timeout-seconds --random-seed --seed ' +
      '--percentiles --metric-percentiles --output -o --export-level --ui --failed-request-threshold --max-errors ' +
      '--max-error-rate --fixed-schedule --replay-speedup --ready-timeout --ready-check-timeout-sec --wait-for-model-timeout';
    expect(expected.split(' ').filter((name) => !names.includes(name))).toEqual([]);
  });
});

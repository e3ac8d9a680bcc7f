import type { Latency, ModelBehaviour } from './behaviour.ts';
import { builtInModels, failuresAt } from './built-in-models.ts';
import { faultKinds } from './fault.ts';
import type { FaultKind } from './fault.ts';

type Changes = Partial<ModelBehaviour>;

const numbered: Readonly<Record<string, (value: number, soFar: Changes) => Changes>> = {
  ttft: (ttftMs) => ({ ttftMs }),
  itl: (itlMs) => ({ itlMs }),
  n: (tokens) => ({ tokens }),
  e: (tokensPerEvent) => ({ tokensPerEvent }),
  w: (eventsPerWrite) => ({ eventsPerWrite }),
  slots: (slots) => ({ slots }),
  tail: (tailMs) => ({ tailMs }),
  reason: (reasoningTokens) => ({ reasoningTokens }),
  hidden: (hiddenReasoningTokens) => ({ hiddenReasoningTokens }),
  in: (promptTokens) => ({ promptTokens }),
  cached: (cachedPromptTokens) => ({ cachedPromptTokens }),
  written: (cacheWritePromptTokens) => ({ cacheWritePromptTokens }),
  split: (splitBytes) => ({ splitBytes }),
  comment: (commentEvery) => ({ commentEvery }),
  ping: (pingMs) => ({ pingMs }),
  jitter: (percent, soFar) => ({
    ttftMs: spread(soFar.ttftMs ?? 80, percent / 100),
    itlMs: spread(soFar.itlMs ?? 8, percent / 100),
  }),
  retry: (retryAfterSeconds) => ({ retryAfterSeconds }),
  attempts: (faultyAttempts) => ({ faultyAttempts }),
  after: (faultAfterEvents) => ({ faultAfterEvents }),
  rpm: (requestsPerMinute) => ({ requestsPerMinute }),
  tpm: (tokensPerMinute) => ({ tokensPerMinute }),
  itpm: (inputTokensPerMinute) => ({ inputTokensPerMinute }),
  otpm: (outputTokensPerMinute) => ({ outputTokensPerMinute }),
  bucket: (limitBurstSeconds) => ({ limitBurstSeconds }),
  faults: (percent) => ({ faults: failuresAt(percent / 100) }),
};

const plain: Readonly<Record<string, Changes>> = {
  burst: { burst: true },
  unicode: { text: 'unicode' },
  escaped: { text: 'escaped' },
  crlf: { lineEnd: 'crlf' },
  cr: { lineEnd: 'cr' },
  nospace: { dataSpace: false },
  multiline: { multiLine: true },
  early: { role: 'early' },
  norole: { role: 'none' },
  nodone: { done: false },
  nofinish: { finish: 'none' },
  nousage: { usage: 'never' },
  usage: { usage: 'always' },
  chunkusage: { usage: 'each_chunk' },
  tool: { answer: 'tool_call' },
  refusal: { answer: 'refusal' },
  noanswer: { answer: 'none' },
  redacted: { redactedReasoning: true },
  rawreason: { reasoningText: 'raw' },
  nosplit: { reasoningInUsage: false },
  outusage: { messageUsage: 'output' },
  lateusage: { messageUsage: 'late' },
  obfuscated: { obfuscation: true },
  retrydate: { retryAfterForm: 'date' },
  retryms: { retryAfterForm: 'ms' },
  retryboth: { retryAfterForm: 'both' },
  retrynone: { retryAfterForm: 'none' },
  stated: { limitMode: 'state' },
  shared: { limitScope: 'server' },
};

const wholeOnly = new Set(
  'n e w slots reason hidden in cached written split comment attempts after'.split(' '),
);
const atLeastOne = new Set(['e', 'w', 'bucket']);

/**
 * What a model name says: `sim-`, then at most one built-in name, then any settings, all joined by `-`; later ones win.
 * `sim-w3-n20` is w3 with 20 tokens, `sim-ttft200-itl20-n100` is TTFT 200 ms, ITL 20 ms and 100 tokens, `sim-w3-jitter30`
 * makes both lognormal with sigma 0.3, `sim-fast-reset_after5-overloaded2.5` has these faults at 5 % and 2.5 %,
 * `sim-one-stall` stalls each time, `sim-fast-faults5` is each failing kind at 5 %, `sim-one-overloaded-attempts1` fails the
 * first attempt at each body, `sim-fast-rpm60-bucket1-retryms` takes 60 requests a minute and one at once,
 * `sim-fast-hidden500-in100-cached40` has 500 hidden reasoning tokens and 100 of input, 40 of them from the cache.
 * Returns `null` where the name does not follow this.
 */
export function behaviourOfName(name: string): Changes | null {
  if (!name.startsWith('sim-')) return null;
  const [first = '', ...rest] = name.slice('sim-'.length).split('-');
  const base = Object.hasOwn(builtInModels, first) ? builtInModels[first] : undefined;
  let changes: Changes | null = base ?? {};
  for (const part of base === undefined ? [first, ...rest] : rest) {
    const change: Changes | null = changes && changeOf(part, changes);
    changes = change && { ...changes, ...change };
  }
  return hasPossibleRates(changes) ? changes : null;
}

function changeOf(part: string, soFar: Changes): Changes | null {
  if (Object.hasOwn(plain, part)) return plain[part] ?? null;
  const match = /^([a-z_]+?)(\d+(?:\.\d+)?)?$/.exec(part);
  const word = match?.[1] ?? '';
  const value = match?.[2] === undefined ? null : Number(match[2]);
  if (isFaultKind(word)) return faultChange(word, value, soFar);
  if (value === null || !Object.hasOwn(numbered, word)) return null;
  if (wholeOnly.has(word) && !Number.isSafeInteger(value)) return null;
  if (atLeastOne.has(word) && value < 1) return null;
  return numbered[word]?.(value, soFar) ?? null;
}

function faultChange(kind: FaultKind, percent: number | null, soFar: Changes): Changes {
  if (percent === null) return { fault: kind };
  return { faults: { ...soFar.faults, [kind]: percent / 100 } };
}

function isFaultKind(word: string): word is FaultKind {
  return (faultKinds as readonly string[]).includes(word);
}

function hasPossibleRates(changes: Changes | null): boolean {
  const rates = Object.values(changes?.faults ?? {});
  return rates.reduce((sum, rate) => sum + rate, 0) <= 1 + 1e-9;
}

function spread(latency: Latency, sigma: number): Latency {
  if (typeof latency === 'number') return { lognormal: { medianMs: latency, sigma } };
  const medianMs = 'normal' in latency ? latency.normal.meanMs : latency.lognormal.medianMs;
  return { lognormal: { medianMs, sigma } };
}

/** One prompt of the benchmark. */
export interface BenchmarkPrompt {
  /** Names it in lines and files; never changes its prompt. */
  readonly label: string;
  readonly prompt: string;
}

/** Ten prompts, from an answer of one line to long reasoning and code, in the order in which they are sent. They never change: results of different days stay comparable. */
export const benchmarkPrompts: readonly BenchmarkPrompt[] = [
  { label: 'one-word', prompt: 'What is the capital of France? Answer with one word.' },
  { label: 'arithmetic', prompt: 'What is 17 times 23? Show the steps in two short lines.' },
  {
    label: 'definition',
    prompt: 'Explain in two sentences what a mutex is and when a program needs one.',
  },
  {
    label: 'translation',
    prompt:
      'Translate into German and into Spanish: "The meeting was moved to Thursday at half past nine, because two of the engineers are travelling. Please bring the figures of the last quarter."',
  },
  {
    label: 'summary',
    prompt:
      'Summarise in three bullet points: A queue in front of a service hides short bursts from it, but not an overload that lasts. While the queue grows, every request waits longer, although the service itself is as fast as before. Clients that give up and try again make the queue longer still. Therefore a queue needs a limit: beyond it, requests are refused at once, which is cheaper for both sides than an answer that comes after the client has gone. The limit follows from how long a client waits at most and how many requests the service answers in that time.',
  },
  {
    label: 'extract-json',
    prompt:
      'Read this log line and return a JSON object with the keys time, level, service, latency_ms and status, and nothing else: 2026-03-14T09:26:53Z WARN checkout: POST /v1/orders took 1893 ms, answered 503, retry 2 of 3.',
  },
  {
    label: 'function',
    prompt:
      'Write a Python function that returns the first n Fibonacci numbers as a list, with type hints, a docstring and an error for a negative n. Then write three pytest tests for it.',
  },
  {
    label: 'code-review',
    prompt:
      'Find the bugs in this JavaScript, explain each in one sentence, and give a corrected version:\n\nasync function fetchAll(urls) {\n  const results = [];\n  urls.forEach(async (url) => {\n    const response = await fetch(url);\n    results.push(response.json());\n  });\n  return results;\n}',
  },
  {
    label: 'reasoning',
    prompt:
      'Three workers A, B and C paint a fence. A and B together need 4 hours, B and C together 6 hours, A and C together 5 hours. How long does each need alone, and how long do all three need together? Derive the equations, solve them step by step with exact fractions, and check the result.',
  },
  {
    label: 'design',
    prompt:
      'Design a rate limiter that several servers share for a public HTTP API with 10,000 clients: requirements, algorithm with its trade-offs against two others, data model in Redis, an atomic script, what happens when Redis is slow or away, and how to test it. Give a structured answer of about 800 words with code.',
  },
];

import { z } from 'zod';
import { duration, headers, label, positiveNumber, text } from './values.ts';

/** API dialects by the name that `type` takes, and that `name` takes as a preset. */
export const providerTypes = [
  'openai',
  'openai-compatible',
  'anthropic',
  'google',
  'azure',
  'cohere',
  'glm',
  'http',
] as const;

/** APIs by the name that `endpoint` takes. */
export const endpoints = ['chat', 'completions', 'responses', 'messages', 'embeddings'] as const;

const baseUrl = z
  .union([text, z.record(text, text)], {
    error: 'must be a URL, or a map from each region to its URL',
  })
  .describe(
    'Where the API is, with or without /v1: one URL, or one for each region. Default of openai, anthropic and glm: their own address, or `${OPENAI_BASE_URL}` and `${ANTHROPIC_BASE_URL}` where these are set.',
  );

const tls = z
  .strictObject({
    insecure: z.boolean().exactOptional().describe('Turns certificate checks off; the report says so.'),
    ca: text.exactOptional().describe('PEM file of extra certificate authorities.'),
    cert: text.exactOptional().describe('PEM file of the client certificate.'),
    key: text.exactOptional().describe("PEM file of the client certificate's private key."),
  })
  .describe('TLS settings. Certificates are checked unless `insecure` is true.');

const limits = z
  .strictObject({
    requests_per_minute: positiveNumber.exactOptional().describe('Requests per minute, fleet-wide.'),
    tokens_per_minute: positiveNumber.exactOptional().describe('Input and output tokens per minute.'),
    input_tokens_per_minute: positiveNumber.exactOptional().describe('Input tokens per minute.'),
    output_tokens_per_minute: positiveNumber.exactOptional().describe('Output tokens per minute.'),
    burst_seconds: positiveNumber
      .max(60)
      .exactOptional()
      .describe('Size of the buckets, in seconds of their rate; at least one request. Default: 1.'),
  })
  .describe('Rate limits that the run keeps by itself, over all workers. A wait for them is a metric.');

const usdPerMillion = z.number().min(0).max(1_000_000);

const price = z
  .strictObject({
    input: usdPerMillion.describe('USD per 1,000,000 input tokens.'),
    output: usdPerMillion.describe('USD per 1,000,000 output tokens.'),
    cached_input: usdPerMillion
      .exactOptional()
      .describe('USD per 1,000,000 input tokens read from a prompt cache. Default: `input`.'),
    cache_write: usdPerMillion
      .exactOptional()
      .describe('USD per 1,000,000 input tokens written to a prompt cache. Default: `input`.'),
    reasoning: usdPerMillion
      .exactOptional()
      .describe('USD per 1,000,000 output tokens that are reasoning. Default: `output`.'),
  })
  .describe('Price of one model.');

/** Prices by model name: what a provider's `pricing` is, and a provider in a price file. */
export const pricesSchema = z
  .record(text, price)
  .describe(
    'Prices by model name, in USD per 1,000,000 tokens. They win over a price file and the built-in table.',
  );

const scrape = z
  .strictObject({
    url: text.describe("The server's Prometheus endpoint."),
    interval: duration.exactOptional().describe('Time between two scrapes.'),
  })
  .describe("Reads the server's own metrics during the run.");

/** One entry of `providers`. */
export const providerSchema = z
  .strictObject({
    name: label.describe(
      `Label in reports. A preset (${providerTypes.join(', ')}) unless \`type\` is given.`,
    ),
    type: z.enum(providerTypes).exactOptional().describe('API dialect. Default: the preset that `name` is.'),
    endpoint: z
      .enum(endpoints)
      .exactOptional()
      .describe(
        'Which API of the provider: chat or responses (OpenAI), messages (Anthropic). Default: messages for type anthropic, else chat.',
      ),
    base_url: baseUrl.exactOptional(),
    models: z.array(text).min(1).describe('Model names. Each is a target of its own.'),
    api_key: text
      .exactOptional()
      .describe(
        'A reference to an environment variable, `${NAME}`, never the key itself. Default at the own address of openai, anthropic and glm: `${OPENAI_API_KEY}`, `${ANTHROPIC_API_KEY}`, `${GLM_API_KEY}`.',
      ),
    headers: headers.exactOptional(),
    query: z
      .record(text, z.string())
      .exactOptional()
      .describe('Query parameters of each request. `${NAME}` is resolved by the worker.'),
    tls: tls.exactOptional(),
    http2: z.boolean().exactOptional().describe('Speaks HTTP/2. Default: false.'),
    limits: limits.exactOptional(),
    pricing: pricesSchema.exactOptional(),
    scrape: scrape.exactOptional(),
  })
  .describe('A provider: where requests go, and how the API is spoken.');

const redacted = '[redacted]';

/** What a credential of a known vendor or scheme looks like. A masked key as servers echo it (`sk-ab****yz`) counts too. */
const credentials: readonly RegExp[] = [
  /(?<=\bBearer\s+)(?!tokens?\b|auth)[^\s"',;<>]+/gi,
  /(?<=\bBasic\s+)(?!auth)[A-Za-z0-9+/=]{8,}/gi,
  /\b(?:sk|pk|rk|gsk|xai|nvapi|pplx|csk)[-_][\w*.…-]{6,}/g,
  /\bhf_[A-Za-z0-9*]{16,}/g,
  /\bAIza[\w*-]{10,}/g,
  /\beyJ[\w-]{8,}\.[\w.-]+/g,
  /(?<=\b(?:api[-_ ]?key|access[-_ ]?token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',;<>&]+/gi,
];

/** The text with everything that looks like a credential replaced, and every occurrence of `secret` whatever it looks like. */
export function redact(text: string, secret?: string): string {
  const known = secret === undefined || secret === '' ? text : text.replaceAll(secret, redacted);
  return credentials.reduce((clean, pattern) => clean.replace(pattern, redacted), known);
}

import type { Target } from '@tokenstorm/core';

/** Which targets share a server, and so may have slowed each other while they were under load at the same time. */
export function sameServerNotes(targets: readonly Target[]): readonly string[] {
  const byServer = Map.groupBy(targets, ({ baseUrl }) => serverOf(baseUrl));
  return [...byServer.values()]
    .filter((shared) => shared.length > 1)
    .map((shared) => {
      const names = shared.map(({ key }) => key).join(', ');
      return `At one server, so under load together they may have slowed each other: ${names}. --sequential measures one after another.`;
    });
}

/** Without its path where it is one URL: models are often told apart there. */
function serverOf(baseUrl: Target['baseUrl']): string {
  if (typeof baseUrl !== 'string') return JSON.stringify(baseUrl);
  return URL.parse(baseUrl)?.origin ?? baseUrl;
}

import type { Environment } from '@tokenstorm/core';

/** Whether this process is a step of a GitHub Actions job. */
export function isGithub({ GITHUB_ACTIONS }: Environment): boolean {
  return GITHUB_ACTIONS === 'true';
}

/** Whether GitHub is told of a run: as the flag says, or where the job runs there and the report is shown as usual. */
export function tellsGithub(flag: boolean | undefined, environment: Environment, isUsual: boolean): boolean {
  return flag ?? (isUsual && isGithub(environment));
}

import { is, ofRun, select } from './influxql.ts';
import type { Annotation } from './schema.ts';
import { dataSource } from './target.ts';

/** Marks at the chosen run's start, where it was told to stop, and at its end with its verdict. */
export function runAnnotations(run = 'run', name = 'Run'): Annotation[] {
  return [
    marks(`${name} starts`, 'start', 'green', run),
    marks(`${name} is stopped`, 'stop', 'orange', run),
    marks(`${name} ends`, 'end', 'blue', run),
  ];
}

function marks(name: string, event: string, iconColor: string, run: string): Annotation {
  const query = select({ fields: ['"text"'], from: 'runs', where: [ofRun(run), is('event', event)] });
  return {
    name,
    datasource: dataSource,
    enable: true,
    iconColor,
    target: {
      refId: 'Anno',
      query,
      queryType: 'tags',
      fromAnnotations: true,
      textColumn: 'text',
      tagsColumn: '',
      titleColumn: '',
      timeEndColumn: '',
      name,
      limit: 0,
      matchAny: false,
      tags: [],
      type: '',
    },
  };
}

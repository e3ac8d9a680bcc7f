import { didYouMean } from '../scenario/suggestion.ts';

const pathVariables = ['name', 'timestamp', 'run'];

/** A word in braces in the path of an export that stands for nothing. */
export interface UnknownVariable {
  readonly message: string;
  readonly hint: string | undefined;
}

/** Each of them that the path has. */
export function unknownVariables(path: string): readonly UnknownVariable[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].flatMap(([whole, name = '']) =>
    pathVariables.includes(name)
      ? []
      : [{ message: `\`${whole}\` in a path is not known`, hint: didYouMean(name, pathVariables) }],
  );
}

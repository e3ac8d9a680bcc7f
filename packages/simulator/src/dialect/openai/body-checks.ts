import { ApiError } from '../../answer/api-error.ts';
import type { Body } from '../../answer/completion-request.ts';

/** The model's name. This and the others throw `ApiError` 400. */
export function modelName(body: Body): string {
  const { model } = body;
  if (typeof model === 'string' && model !== '') return model;
  throw new ApiError(400, 'you must provide a model parameter', { param: 'model' });
}

/** A parameter that is true or false; absent is false. */
export function flag(body: Body, param: string): boolean {
  const value = body[param] ?? false;
  if (typeof value !== 'boolean') throw wrongType(param, 'a boolean');
  return value;
}

/** A whole number of at least 1; `null` where it is absent. */
export function wholeNumber(body: Body, param: string): number | null {
  const value = body[param] ?? null;
  if (value === null) return null;
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
  if (!isWhole) throw wrongType(param, 'an integer of at least 1');
  return value;
}

export function checkTemperature(body: Body): void {
  const value = body['temperature'] ?? null;
  if (value === null || (typeof value === 'number' && value >= 0 && value <= 2)) return;
  throw wrongType('temperature', 'a number from 0 to 2');
}

export function missing(param: string): ApiError {
  return new ApiError(400, `Missing required parameter: '${param}'.`, {
    param,
    code: 'missing_required_parameter',
  });
}

export function wrongType(param: string, wanted: string): ApiError {
  return new ApiError(400, `Invalid type for '${param}': expected ${wanted}.`, {
    param,
    code: 'invalid_type',
  });
}

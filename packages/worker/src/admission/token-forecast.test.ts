import { describe, expect, it } from 'vitest';
import { TokenForecast } from './token-forecast.ts';

describe('TokenForecast', () => {
  it('takes estimates as they are until the provider has counted', () => {
    expect(new TokenForecast().input(300)).toBe(300);
  });

  it('corrects estimates by what the provider counted for those before', () => {
    const forecast = new TokenForecast();
    forecast.observeInput(100, 130);
    forecast.observeInput(300, 390);
    expect(forecast.input(50)).toBe(65);
    expect(forecast.input(51)).toBe(67);
  });

  it('assumes 1,024 output tokens before the first answer', () => {
    expect(new TokenForecast().output()).toBe(1024);
  });

  it('knows the p95 of the answers so far', () => {
    const forecast = new TokenForecast();
    for (let tokens = 1; tokens <= 100; tokens += 1) forecast.observeOutput(tokens);
    expect(forecast.output()).toBe(95);
    for (let index = 0; index < 100; index += 1) forecast.observeOutput(400);
    expect(forecast.output()).toBe(400);
  });

  it('survives a prompt that was estimated at nothing', () => {
    const forecast = new TokenForecast();
    forecast.observeInput(0, 8);
    expect(forecast.input(10)).toBe(10);
  });
});

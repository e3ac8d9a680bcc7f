import { Voice } from '../answer/voice.ts';
import { dialects } from '../dialect/dialects.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { monotonicMs } from '../pacing/monotonic-clock.ts';
import { Slots } from '../pacing/slots.ts';
import { defaultBehaviour } from '../settings/behaviour.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import { builtInModels } from '../settings/built-in-models.ts';
import type { Endpoint } from '../settings/endpoint.ts';
import { limitRates } from '../settings/limit-behaviour.ts';
import { behaviourOfName } from '../settings/model-name.ts';
import type { SimulatorOptions } from '../settings/options.ts';
import { parseBehaviour, parseModels } from '../settings/parse-behaviour.ts';
import { EventWriter } from '../wire/event-writer.ts';

/** A model that answers: its behaviour, and the slots and limits that all its requests share. */
export interface Model {
  readonly slots: Slots;
  /** `null` where it has none. */
  readonly limits: RateLimits | null;
  readonly voice: (endpoint: Endpoint) => Voice;
}

type Changes = Partial<ModelBehaviour>;

const maxVariants = 1_000;

/** Finds out how a model behaves: default, what its name means, what was set for all models, what was set for it. */
export class ModelCatalogue {
  readonly #allowsAny: boolean;
  readonly #forAll: Changes;
  readonly #set = new Map<string, Changes>();
  readonly #models = new Map<string, Model>();
  readonly #variants = new Map<string, Model>();
  readonly #slots = new Map<string, Slots>();
  readonly #limits = new Map<string, RateLimits>();

  /** Throws `SettingsError`. */
  constructor(options: Pick<SimulatorOptions, 'anyModel' | 'allModels' | 'models'>) {
    this.#allowsAny = options.anyModel ?? false;
    this.#forAll = parseBehaviour(options.allModels ?? {}, 'allModels');
    this.set(options.models ?? {});
  }

  /** Adds or replaces models; answers under way go on as they were. Throws `SettingsError` and then changes nothing. */
  set(models: unknown): void {
    for (const [name, changes] of Object.entries(parseModels(models))) this.#set.set(name, changes);
    this.#models.clear();
    this.#variants.clear();
  }

  /** The names that `/v1/models` lists. */
  names(): string[] {
    const builtIn = Object.keys(builtInModels).map((name) => `sim-${name}`);
    return [...new Set([...builtIn, ...this.#set.keys()])];
  }

  /** The model of this name, with a request's own changes (JSON texts); `null` where there is none. Throws `SettingsError`. */
  find(name: string, changes: readonly string[]): Model | null {
    if (changes.length === 0) return this.#models.get(name) ?? this.#addModel(name);
    const key = JSON.stringify([name, ...changes]);
    return this.#variants.get(key) ?? this.#addVariant(key, name, changes);
  }

  #addModel(name: string): Model | null {
    const behaviour = this.#behaviour(name);
    if (behaviour === null) return null;
    const model = this.#model(name, behaviour);
    this.#models.set(name, model);
    return model;
  }

  #addVariant(key: string, name: string, changes: readonly string[]): Model | null {
    let behaviour = this.#behaviour(name);
    if (behaviour === null) return null;
    for (const text of changes) behaviour = { ...behaviour, ...parseBehaviour(JSON.parse(text), 'sim') };
    if (this.#variants.size >= maxVariants) this.#variants.clear();
    const model = this.#model(name, behaviour);
    this.#variants.set(key, model);
    return model;
  }

  #behaviour(name: string): ModelBehaviour | null {
    const set = this.#set.get(name);
    const meant = behaviourOfName(name);
    if (!set && !meant && !this.#allowsAny) return null;
    return { ...defaultBehaviour, ...meant, ...this.#forAll, ...set };
  }

  #model(name: string, behaviour: ModelBehaviour): Model {
    const slots = this.#slots.get(name) ?? new Slots();
    this.#slots.set(name, slots);
    return { slots, limits: this.#limitsOf(name, behaviour), voice: voicesOf(name, behaviour) };
  }

  /** Equal limits of one scope are the same buckets, so they stay as full as they are when models are set anew. */
  #limitsOf(name: string, behaviour: ModelBehaviour): RateLimits | null {
    const rates = limitRates(behaviour);
    if (rates.size === 0) return null;
    const owner = behaviour.limitScope === 'model' ? name : null;
    const key = JSON.stringify([owner, ...rates, behaviour.limitBurstSeconds, behaviour.limitMode]);
    const limits = this.#limits.get(key) ?? new RateLimits(behaviour, monotonicMs());
    this.#limits.set(key, limits);
    return limits;
  }
}

/** The voice of each endpoint, made when it is first asked for. */
function voicesOf(name: string, behaviour: ModelBehaviour): Model['voice'] {
  const voices = new Map<Endpoint, Voice>();
  return (endpoint) => {
    const known = voices.get(endpoint);
    if (known !== undefined) return known;
    const events = new EventWriter(behaviour);
    const voice = new Voice(behaviour, events, dialects[endpoint].script(name, behaviour, events));
    voices.set(endpoint, voice);
    return voice;
  };
}

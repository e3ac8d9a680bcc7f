import type { ModelBehaviour } from '../../settings/behaviour.ts';
import { contentPart, itemText } from './response-items.ts';
import type { ResponseItem } from './response-items.ts';

/** An event without its sequence number. */
export type ResponseEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** How the content of an item is told: events before it, the type of its deltas, events after it. */
export interface ItemEvents {
  readonly before: readonly ResponseEvent[];
  readonly deltaType: string;
  /** What each delta and each event names beside its own fields. */
  readonly place: Readonly<Record<string, unknown>>;
  readonly after: readonly ResponseEvent[];
}

/** The events around the deltas of the item at this place of the output. */
export function itemEvents(item: ResponseItem, outputIndex: number, behaviour: ModelBehaviour): ItemEvents {
  const place = { item_id: item.id, output_index: outputIndex };
  const text = itemText(item, behaviour);
  if (item.kind === 'function_call') {
    const type = 'response.function_call_arguments';
    const after = [{ type: `${type}.done`, ...place, arguments: text }];
    return { before: [], deltaType: `${type}.delta`, place, after };
  }
  if (item.kind === 'message') return partEvents(place, messagePart(behaviour), text);
  if (item.spans.length === 0) return { before: [], deltaType: '', place, after: [] };
  return partEvents(place, behaviour.reasoningText === 'raw' ? rawReasoning : summary, text);
}

/** A part of an item: how its events are named, and what it is with this text. */
interface Part {
  readonly place: Readonly<Record<string, number>>;
  readonly partType: string;
  readonly textType: string;
  readonly part: (text: string) => unknown;
  /** What its text is called when it is done. */
  readonly done: (text: string) => object;
}

const summary: Part = {
  place: { summary_index: 0 },
  partType: 'response.reasoning_summary_part',
  textType: 'response.reasoning_summary_text',
  part: (text) => ({ type: 'summary_text', text }),
  done: (text) => ({ text }),
};

const rawReasoning: Part = {
  place: { content_index: 0 },
  partType: 'response.content_part',
  textType: 'response.reasoning_text',
  part: (text) => ({ type: 'reasoning_text', text }),
  done: (text) => ({ text }),
};

function messagePart(behaviour: ModelBehaviour): Part {
  const isRefusal = behaviour.answer === 'refusal';
  return {
    place: { content_index: 0 },
    partType: 'response.content_part',
    textType: isRefusal ? 'response.refusal' : 'response.output_text',
    part: (text) => contentPart(behaviour, text),
    done: (text) => (isRefusal ? { refusal: text } : { text, logprobs: [] }),
  };
}

function partEvents(
  itemPlace: object,
  { place: own, partType, textType, part, done }: Part,
  text: string,
): ItemEvents {
  const place = { ...itemPlace, ...own };
  return {
    before: [{ type: `${partType}.added`, ...place, part: part('') }],
    deltaType: `${textType}.delta`,
    place,
    after: [
      { type: `${textType}.done`, ...place, ...done(text) },
      { type: `${partType}.done`, ...place, part: part(text) },
    ],
  };
}

import { allKnown, asValue, type Lists } from './known.ts';
import { textMethod } from './texts.ts';
import { type Given, UNKNOWN, type Value } from './values.ts';

/** What a method of a text gives. */
export function ofText(it: Lists, text: string, name: string, { positional, keywords, others }: Given): Value {
  const known = keywords.size + others.length > 0 ? undefined : allKnown(positional);
  const result = known === undefined ? undefined : textMethod(text, name, known);
  return result === undefined ? UNKNOWN : asValue(result, it);
}

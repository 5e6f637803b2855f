import type { Named } from '../../src/compare/compared.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { report } from '../machine.ts';

/** A made-up machine as it is compared. */
export function named(name: string, facts: Facts, question: Partial<Question> = {}): Named {
  return { name, file: `${name}.json`, host: null, from: 'snapshot', compared: report(facts, question) };
}

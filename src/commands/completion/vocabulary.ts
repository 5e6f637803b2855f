import { POOL_VARIABLES } from '../../backends/pool-variables.ts';
import { CHECKS } from '../../checks/all.ts';
import type { Vocabulary, Word } from '../../completion/tree.ts';
import { MODELS } from '../../plan/models.ts';
import { GENERATIONS } from '../../rules/generation.ts';
import { knownVariables } from '../../rules/variables.ts';
import { KNOBS } from '../knobs.ts';

/** The names that completion offers: each from the table that decides what is known. */
export function vocabulary(): Vocabulary {
  const ofLenskit = GENERATIONS.flatMap((generation) => knownVariables({ generation, release: null }));
  const ofLibraries = POOL_VARIABLES.map(({ name, library, limits }) => ({
    word: name,
    about: `${library}: ${limits}`,
  }));
  return {
    checks: CHECKS.map(({ id, title }) => ({ word: id, about: title })),
    knobs: Object.keys(KNOBS).map((word) => ({ word, about: 'knob' })),
    variables: unique([...ofLenskit.map((word) => ({ word, about: 'LensKit' })), ...ofLibraries]),
    models: MODELS.map(({ name, class: component }) => ({ word: name, about: component })),
    versions: GENERATIONS.map((word) => ({ word, about: 'and later releases with its rules' })),
  };
}

/** Each word once, as it is there first. */
function unique(words: readonly Word[]): Word[] {
  return [...new Map([...words].reverse().map((one) => [one.word, one])).values()].reverse();
}

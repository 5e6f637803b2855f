import { inert } from '../../escape/shell.ts';
import { type Check, pass, skip } from '../check.ts';

/** The Python that was found has no LensKit: the wrong environment, most often. */
export const pythonLenskitMissing: Check = {
  id: 'python/lenskit-missing',
  title: 'LensKit is not installed there',
  run({ python, question }) {
    if (python.interpreter === null) return skip('no Python was found');
    if (python.lenskit !== null) return pass(`LensKit ${python.lenskit.version}`);
    return {
      status: question.lenskit === null ? 'warn' : 'info',
      title: `LensKit is not installed in ${python.prefix ?? python.interpreter}`,
      detail: ['the rules of 2025.3 are assumed unless --lenskit says otherwise', ...python.notes].join('; '),
      evidence: [{ where: python.foundBy ?? 'found', said: python.interpreter }],
      fix: { text: inert`lk doctor --python PATH names another environment; pip install lenskit brings LensKit` },
    };
  },
};

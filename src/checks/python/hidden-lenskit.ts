import { inert } from '../../escape/shell.ts';
import { type Check, type Fix, pass, skip } from '../check.ts';

/** A LensKit from outside of the environment (the user's own folder, PYTHONPATH) is imported instead of its own. */
export const pythonHiddenLenskit: Check = {
  id: 'python/hidden-lenskit',
  title: "the environment's LensKit is hidden by another",
  run({ python, machine }) {
    const { interpreter, lenskit, hidden } = python;
    if (interpreter === null) return skip('no Python was found');
    if (lenskit === null) return skip('LensKit is not installed');
    if (hidden === null) return pass('no LensKit is hidden by another');
    const same = hidden.version === lenskit.version;
    const inApptainer = hidden.by === 'user site' && machine.surroundings.includes('Apptainer');
    return {
      status: same ? 'info' : 'warn',
      title: `LensKit ${lenskit.version} of ${hidden.by === 'user site' ? "the user's own folder" : hidden.by} hides ${hidden.version} of the environment`,
      detail: inApptainer
        ? 'Apptainer mounts the home directory into the container, and Python looks there before it looks into the image'
        : 'Python looks there before it looks into the environment: that one is imported, and its rules hold',
      evidence: [
        { where: 'imported', said: lenskit.file },
        { where: 'hidden', said: hidden.file },
      ],
      ...(same ? {} : { fix: fixOf(hidden.by) }),
    };
  },
};

function fixOf(by: 'PYTHONPATH' | 'user site'): Fix {
  return by === 'PYTHONPATH'
    ? { unset: ['PYTHONPATH'] }
    : { env: { PYTHONNOUSERSITE: '1' }, text: inert`or start Python with -s, or the container with --no-home` };
}

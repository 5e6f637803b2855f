import { inert } from '../../escape/shell.ts';
import type { SiteKind } from '../../python/site.ts';
import { type Fix, type MachineCheck, pass, skip } from '../check.ts';

/** A LensKit from outside of the environment (the user's own folder, PYTHONPATH) is imported instead of its own. */
export const pythonHiddenLenskit: MachineCheck = {
  id: 'python/hidden-lenskit',
  title: "the environment's LensKit is hidden by another",
  needsNoRules: true,
  run({ python, machine, question }) {
    const { interpreter, lenskit, hidden, unversioned } = python;
    if (interpreter === null) return skip('no Python was found');
    if (lenskit === null) return skip('LensKit is not installed');
    if (unversioned !== null)
      return {
        status: question.lenskit === null ? 'warn' : 'info',
        title: `a LensKit without metadata of ${whence(unversioned.by)} hides the one that is installed, ${lenskit.version}`,
        detail: 'that code is imported, and its version is not known: the rules of the installed one are shown',
        evidence: [
          { where: 'imported', said: unversioned.file },
          ...(unversioned.hides === null ? [] : [{ where: 'hidden', said: unversioned.hides }]),
          { where: `version ${lenskit.version}`, said: lenskit.file },
        ],
        fix: {
          ...(unversioned.by === 'environment' ? {} : fixOf(unversioned.by)),
          text: inert`or lk doctor --lenskit VERSION, where that code is meant`,
        },
      };
    const before = python.unread.filter(({ what }) => what !== 'code');
    if (before.length > 0)
      return {
        status: 'info',
        title: `LensKit ${lenskit.version} is imported, unless what comes before it has another: ${before[0]?.file}`,
        detail: 'Python looks there first, and lk does not look into it',
        evidence: [
          ...before.map(({ file, why }) => ({ where: file, said: why })),
          { where: 'found', said: lenskit.file },
        ],
      };
    if (hidden === null) return pass('no LensKit is hidden by another');
    const same = hidden.version === lenskit.version;
    const inApptainer = hidden.by === 'user site' && machine.surroundings.includes('Apptainer');
    return {
      status: same ? 'info' : 'warn',
      title: `LensKit ${lenskit.version} of ${whence(hidden.by)} hides ${hidden.version} of the environment`,
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

function whence(by: SiteKind): string {
  return by === 'user site' ? "the user's own folder" : by === 'environment' ? 'the environment' : by;
}

function fixOf(by: 'PYTHONPATH' | 'user site'): Fix {
  return by === 'PYTHONPATH'
    ? { unset: ['PYTHONPATH'] }
    : { env: { PYTHONNOUSERSITE: '1' }, text: inert`or start Python with -s, or the container with --no-home` };
}

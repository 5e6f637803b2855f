import { inert } from '../../escape/shell.ts';
import { type MachineCheck, pass, skip } from '../check.ts';

/** The Python that was found has no LensKit: the wrong environment, most often. */
export const pythonLenskitMissing: MachineCheck = {
  id: 'python/lenskit-missing',
  title: 'LensKit is not installed there',
  needsNoRules: true,
  run({ python, question }) {
    if (python.interpreter === null) return skip('no Python was found');
    if (python.lenskit !== null) return pass(`LensKit ${python.lenskit.version}`);
    const { interpreter, foundBy, unversioned, unread, notes } = python;
    const prefix = python.prefix ?? interpreter;
    const status = question.lenskit === null ? 'warn' : 'info';
    const assumed = 'the rules of 2025.3 are assumed unless --lenskit says otherwise';
    const evidence = [
      { where: foundBy ?? 'found', said: interpreter },
      ...unread.map(({ file, why }) => ({ where: file, said: why })),
    ];
    if (unversioned !== null)
      return {
        status,
        title: 'LensKit is imported without metadata: its version is written nowhere',
        detail: [assumed, ...notes].join('; '),
        evidence: [...evidence, { where: 'imported', said: unversioned.file }],
        fix: { text: inert`lk doctor --lenskit VERSION says which it is; pip install -e FOLDER writes it down` },
      };
    return {
      status,
      title:
        unread.length === 0
          ? `LensKit is not installed in ${prefix}`
          : `no LensKit was found in ${prefix}, but not all that it may be imported from was looked into`,
      detail: [assumed, ...notes].join('; '),
      evidence,
      fix: { text: inert`lk doctor --python PATH names another environment; pip install lenskit brings LensKit` },
    };
  },
};

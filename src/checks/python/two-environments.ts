import { type MachineCheck, pass, skip } from '../check.ts';

/** An environment is activated, or lies in `.venv`, and `python` starts another. */
export const pythonTwoEnvironments: MachineCheck = {
  id: 'python/two-environments',
  title: 'two environments compete',
  needsNoRules: true,
  run({ python }) {
    if (python.interpreter === null) return skip('no Python was found');
    const { competing, foundBy, lenskit } = python;
    if (competing === null) return pass('one environment');
    const said = (version: string | null) => (version === null ? 'without LensKit' : `with LensKit ${version}`);
    // A .venv that is not activated is how uv and IDEs work, and a kernel of its own environment how Jupyter does; an
    // environment's own commands mean that one.
    const inKernel = foundBy === 'Jupyter kernel';
    const isPlain = foundBy !== null && ['.venv', "lk's own environment", 'lenskit parallel'].includes(foundBy);
    const meant = isPlain || inKernel || (lenskit?.version ?? null) === competing.lenskit;
    return {
      status: meant ? 'info' : 'warn',
      title: `${foundBy} ${said(lenskit?.version ?? null)} was read; python on the PATH is ${competing.interpreter}, ${said(competing.lenskit)}`,
      detail: inKernel
        ? 'cells run in the kernel; !python starts what is on the PATH, which is of the server'
        : `${foundBy} comes before the PATH here; your shell starts what is on the PATH`,
      evidence: [
        { where: foundBy ?? 'found', said: python.interpreter },
        { where: 'PATH', said: competing.interpreter },
      ],
      ...(meant ? {} : { fix: { commands: [['lk', 'doctor', '--python', competing.interpreter]] } }),
    };
  },
};

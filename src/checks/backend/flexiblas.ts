import { openblasLibrary } from '../../backends/openblas.ts';
import { variablesOf } from '../../backends/pool-variables.ts';
import { type MachineCheck, pass, skip } from '../check.ts';

/** FlexiBLAS hands the work of BLAS to a library that a variable or a file names, with the threads that it has. */
export const backendFlexiblas: MachineCheck = {
  id: 'backend/flexiblas',
  title: 'FlexiBLAS hands to a BLAS that is not there, not known, or has one thread',
  needsNoRules: true,
  run({ python }) {
    if (python.interpreter === null) return skip('no Python was found');
    const [flexiblas] = python.pools.filter(({ backend }) => backend !== undefined);
    if (flexiblas?.backend === undefined) return pass('no FlexiBLAS is linked');
    const { name, file, by, ignored, threads } = flexiblas.backend;
    const evidence = [
      { where: flexiblas.owner, said: flexiblas.file },
      { where: by, said: file ?? 'no library' },
    ];
    const fix = { commands: [['flexiblas', 'list']] };
    if (name !== null && file === null)
      return {
        status: 'fail',
        title: `FlexiBLAS is to take ${name} (${by}), which is no library here: importing NumPy ends the process`,
        evidence,
        fix,
      };
    if (ignored !== null)
      return {
        status: 'warn',
        title: `${ignored} leads to no BLAS: FlexiBLAS takes ${name ?? 'the one that it was built with'} (${by})`,
        detail: 'what is named is a library, or a section in one of its files that names one',
        evidence,
        fix,
      };
    if (threads === null)
      return {
        status: 'info',
        title: `not known which BLAS FlexiBLAS hands to, nor its threads: ${name ?? by}`,
        detail: 'FLEXIBLAS names one; what a library holds within cannot be seen from its needs',
        evidence,
        fix,
      };
    if (threads === 'one')
      return {
        status: 'info',
        title: `FlexiBLAS hands to ${name} (${by}), which computes in one thread`,
        detail: 'no variable gives it more; FLEXIBLAS names another',
        evidence,
        fix,
      };
    const openblas = python.pools.find(({ family, owner }) => family === 'OpenBLAS' && owner === flexiblas.owner);
    const read = openblas === undefined ? [] : variablesOf(openblasLibrary(openblas.threading));
    return pass(
      `FlexiBLAS hands to ${name} (${by})${read.length === 0 ? '' : `, which reads ${read.join(', ')}`}, and has no variable for threads itself`,
    );
  },
};

import { type MachineCheck, pass, skip } from '../check.ts';

/** Each copy of OpenBLAS keeps threads of its own. */
export const backendSeveralOpenblas: MachineCheck = {
  id: 'backend/several-openblas',
  title: 'several copies of OpenBLAS',
  needsNoRules: true,
  run({ python }) {
    if (python.interpreter === null) return skip('no Python was found');
    const copies = python.pools.filter(({ family }) => family === 'OpenBLAS');
    if (copies.length < 2) return pass(copies.length === 0 ? 'no OpenBLAS is installed' : 'one OpenBLAS');
    return {
      status: 'info',
      title: `${copies.length} copies of OpenBLAS, each with threads of its own: ${copies.map(({ owner }) => owner).join(', ')}`,
      detail: 'a process that uses both keeps both pools; their idle threads cost memory, not time',
      evidence: copies.map(({ owner, file, version }) => ({ where: `${owner} ${version ?? ''}`.trim(), said: file })),
    };
  },
};

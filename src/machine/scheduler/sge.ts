import { inFile, type Scheduler, undivided } from './grant.ts';
import { countOf, firstCount } from './values.ts';

/**
 * SGE and its heirs (qsub(1)): `NSLOTS` is the number on all hosts. With `NHOSTS` above 1 only the file of `PE_HOSTFILE`
 * says how many are this host's.
 */
export const sge: Scheduler = {
  name: 'SGE',
  markers: ['NSLOTS'],
  variables: ['NSLOTS', 'NHOSTS'],
  files: ['PE_HOSTFILE'],
  grant(env, { file }) {
    const nodes = countOf(env.NHOSTS);
    return { nodes, ...undivided((nodes ?? 1) > 1 ? inFile(file) : firstCount(env, ['NSLOTS'])) };
  },
};

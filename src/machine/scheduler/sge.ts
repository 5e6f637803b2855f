import type { Scheduler } from './grant.ts';
import { countOf } from './values.ts';

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
    const slots = countOf(env.NSLOTS);
    const shared = { nodes, tasksOnNode: 1 };
    if (nodes !== null && nodes > 1) {
      const cpus = file?.cpus ?? null;
      const variable = cpus === null ? null : 'PE_HOSTFILE';
      return { ...shared, cpus, cpusOnNode: cpus, variable, raw: cpus === null ? null : String(cpus) };
    }
    return {
      ...shared,
      cpus: slots,
      cpusOnNode: slots,
      variable: slots === null ? null : 'NSLOTS',
      raw: slots === null ? null : (env.NSLOTS ?? null),
    };
  },
};

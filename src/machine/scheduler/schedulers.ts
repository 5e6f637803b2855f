import { flux } from './flux.ts';
import type { Scheduler } from './grant.ts';
import { htcondor } from './htcondor.ts';
import { lsf } from './lsf.ts';
import { oar } from './oar.ts';
import { pbs } from './pbs.ts';
import { sge } from './sge.ts';
import { slurm } from './slurm.ts';

/** Those that are started within jobs of the others come first: the innermost grants least. */
export const SCHEDULERS: readonly Scheduler[] = [flux, htcondor, slurm, pbs, lsf, oar, sge];

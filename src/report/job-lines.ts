import type { Report } from '../documents/doctor-report.ts';
import { fixLines } from './fix.ts';

/** The lines that a job's script is to have: what it asks for, and what to set before the program is started. */
export function jobLines({ job, recommendation }: Report): string[] {
  if (job === null) return [];
  const { env = {}, ...rest } = recommendation ?? {};
  return [
    ...job.directives.map((option) => `#SBATCH ${option}`),
    ...fixLines({
      env: { ...job.env, ...env },
      ...('unset' in rest ? { unset: rest.unset } : {}),
    }),
  ];
}

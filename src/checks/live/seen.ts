import type { LiveFacts } from '../../live/facts.ts';
import type { Evidence } from '../check.ts';

/** The reason that checks of a running job skip with where none was named. */
export const NO_JOB = 'no running job was named: --pid PID looks at one';

/** `48 %`, `0.4 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 1 ? Number(value.toPrecision(1)) : Math.round(value)} %`;
}

/** `1.3`. */
export function cpus(count: number): string {
  return count.toFixed(1);
}

/** Where the times of a job's threads were read. */
export function threadTimes({ pid, seconds }: LiveFacts, said: string): Evidence {
  return { where: `/proc/${pid}/task/*/schedstat`, said: `${said} in ${seconds.toFixed(1)} s` };
}

import { givenThreads, type Resolution } from './resolution.ts';

/** The number of threads that LensKit gives the backends of the main process; null: it leaves them alone. */
export function backendThreadsOf({ main }: Resolution): number | null {
  const threads = Number(givenThreads(main).backend ?? 0);
  return threads > 0 ? threads : null;
}

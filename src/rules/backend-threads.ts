import { isConfig2026, type Resolution } from './resolution.ts';

/** The number of threads that LensKit gives the backends of the main process; null: it leaves them alone. */
export function backendThreadsOf({ main }: Resolution): number | null {
  const threads = Number(isConfig2026(main) ? main.numBackendThreads : main.backendThreads);
  return threads > 0 ? threads : null;
}

import { effectiveCpuCount } from '../library/effective-cpu-count.ts';
import { chunksOf, type How, inThreads } from './threads.ts';

/** Documents of fewer machines are quicker read in this thread than threads started. */
export const MANY_MACHINES = 150;
const CHUNK = 25;
/** Each takes a hundred megabytes. */
const MOST_THREADS = 3;

/** Reads what many machines have said, in threads: as `inThreads`. */
export async function machinesInThreads<Item, Result>(
  items: readonly Item[],
  how: Omit<How<Item, Result>, 'jobs'>,
  take: (results: readonly Result[]) => void,
): Promise<void> {
  const jobs = Math.min(effectiveCpuCount(), MOST_THREADS);
  await inThreads(chunksOf(items, CHUNK), { ...how, jobs }, take);
}

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const SHARED_MEMORY = '/dev/shm';

/** Processes that carry the case's mark in their environment. */
function marked(mark) {
  const found = [];
  for (const pid of numbers('/proc')) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`CAMPAIGN_CASE=${mark}\0`)) continue;
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue;
      found.push({
        pid: Number(pid),
        command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120),
      });
    } catch {
      // ended meanwhile
    }
  }
  return found;
}

function numbers(folder) {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** The case's processes that are still there when `patience` (ms) is over. */
export async function leftProcesses(mark, patience) {
  const end = Date.now() + patience;
  let left = marked(mark);
  while (left.length > 0 && Date.now() < end) {
    await sleep(100);
    left = marked(mark);
  }
  return left;
}

/** Ends what a case left, each by its id. */
export function end(processes) {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended by itself
    }
  }
}

/** The case's objects in shared memory: name → content. */
export function sharedObjects(prefix) {
  const objects = new Map();
  try {
    for (const name of readdirSync(SHARED_MEMORY)) {
      if (name.startsWith(prefix)) objects.set(name, readFileSync(`${SHARED_MEMORY}/${name}`));
    }
  } catch {
    // no shared memory here
  }
  return objects;
}

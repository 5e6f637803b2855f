import { readFileSync } from 'node:fs';

/** Those that are still there after a while: the kernel takes a moment to end what was killed. */
export async function remaining(pids: string[]): Promise<string[]> {
  for (let tries = 0; tries < 50 && pids.some(isAlive); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return pids.filter(isAlive);
}

function isAlive(pid: string): boolean {
  try {
    // A zombie that its new parent has not fetched yet is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

import { launcherPython } from '../../src/bench/launcher-python.ts';
import { thisMachine } from '../../src/host/open.ts';

/** A Python that can run the launcher; null: there is none here. */
export function findPython(): string | null {
  return launcherPython(thisMachine(), null);
}

import { thisMachine } from '../../src/host/open.ts';
import { launcherPython } from '../../src/process/launcher-python.ts';

/** A Python that can run the launcher; null: there is none here. */
export function findPython(): string | null {
  return launcherPython(thisMachine(), null);
}

import type { Host } from '../host/host.ts';
import { findOnPath } from '../host/path.ts';

/** The system's own Pythons, which start quickly and are nobody's environment. */
const SYSTEM = ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'];

/** The Python for the launcher: the system's, else the user's, else one on the PATH. null: there is none. */
export function launcherPython(host: Host, interpreter: string | null): string | null {
  const system = SYSTEM.find((file) => host.isExecutable(file));
  return system ?? interpreter ?? findOnPath(host, ['python3']);
}

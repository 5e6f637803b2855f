import path from 'node:path';
import type { Host } from '../host/host.ts';
import { whyNotTrusted } from '../project/trusted.ts';
import { FlagError } from './flags.ts';

/**
 * What a project's settings name is read without being asked for, and not run: within the project it comes with a clone, as a
 * `.venv` does, and elsewhere somebody else may have put it there.
 *
 * @param folder of the settings; null: not known
 * @throws FlagError
 */
export function refuseProjects(host: Host, interpreter: string, folder: string | null): void {
  const hint = 'name it with --python, or activate it';
  if (folder === null || isBelow(folder, interpreter))
    throw new FlagError(
      `--probe: ${interpreter} lies in the project whose settings name it and is not run unasked; ${hint}`,
    );
  const why = whyNotTrusted(host, interpreter, process.geteuid?.());
  if (why !== null)
    throw new FlagError(
      `--probe: ${interpreter}, which the project's settings name, is not run unasked: ${why}; ${hint}`,
    );
}

function isBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`);
}

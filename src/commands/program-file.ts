import { accessSync, constants, statSync } from 'node:fs';

/** What a shell would find at a path; `other` is a folder or the like, null nothing that can be seen. */
export function programAt(file: string): 'program' | 'file' | 'other' | null {
  try {
    if (!statSync(file).isFile()) return 'other';
  } catch {
    return null;
  }
  try {
    accessSync(file, constants.X_OK);
    return 'program';
  } catch {
    return 'file';
  }
}

import { realpathSync } from 'node:fs';

/** The path without links, or as it is where nothing is there. */
export function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

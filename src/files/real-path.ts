import { realpathSync } from 'node:fs';

/** True for what the kernel makes up when it is read, by a path without links. */
export function isOfKernel(real: string): boolean {
  return /^\/(?:proc|sys)(?:\/|$)/.test(real);
}

/** The path without links, or as it is where nothing is there. */
export function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

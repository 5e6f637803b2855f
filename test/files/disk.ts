import fs from 'node:fs';
import { expect } from '@jest/globals';
import { FileError } from '../../src/files/errors.ts';

/** The message of the FileError that an operation throws. */
export function throws(operation: () => unknown): string {
  try {
    operation();
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

/** What the system throws. */
export function failing(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code });
}

/** Other functions in the place of the file system's, while something runs: what a disk does that nobody has here. */
export function disk<T>(others: Partial<typeof fs>, run: () => T): T {
  const own = Object.fromEntries(Object.keys(others).map((name) => [name, fs[name as keyof typeof fs]]));
  Object.assign(fs, others);
  try {
    return run();
  } finally {
    Object.assign(fs, own);
  }
}

/** A disk that takes two bytes, and is full then. */
export function fillsUp(): Pick<typeof fs, 'writeSync'> {
  const { writeSync } = fs;
  let calls = 0;
  const full = (fd: number, bytes: Uint8Array, offset: number) => {
    if (calls++ > 0) throw failing('ENOSPC');
    return writeSync(fd, bytes, offset, 2);
  };
  return { writeSync: full as typeof fs.writeSync };
}

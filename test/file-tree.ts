import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Another machine's files, by absolute path. */
export interface FileTree {
  [path: string]: string | Uint8Array;
}

/** Lays files below a new temporary directory, runs, removes it. */
export async function withTree<T>(files: FileTree, run: (root: string) => T | Promise<T>): Promise<T> {
  const root = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
  try {
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(root, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    return await run(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

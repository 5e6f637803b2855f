import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { PROJECT } from '../cli.ts';

/** A module of src/files as a program of its own can load it: what is tested is how that program ends. */
export function bundled(module: string): { file: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-test-'));
  const file = path.join(folder, 'module.cjs');
  buildSync({
    entryPoints: [path.join(PROJECT, 'src/files', module)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

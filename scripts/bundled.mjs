// Loads one module of src/ for a benchmark, bundled as it would be in the program.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

/** The exports of a TypeScript module. */
export async function bundled(entry) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-script-'));
  try {
    const outfile = path.join(folder, 'module.mjs');
    await esbuild.build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

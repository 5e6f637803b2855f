// Loads one module of src/ for a benchmark, bundled as it would be in the program.
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

/** The exports of a TypeScript module. */
export async function bundled(entry) {
  const folder = mkdtempSync(path.resolve('node_modules/.lk-script-'));
  try {
    const outfile = path.join(folder, 'module.mjs');
    await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      outfile,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

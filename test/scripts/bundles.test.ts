import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';

const DIST = path.join(PROJECT, 'dist');
const files = readdirSync(DIST).filter((name) => /\.c?js$/.test(name));

/** Everything that a file requires or imports by a name that stands in it, by esbuild's reading of it. */
function imports(): { [file: string]: string[] } {
  const code = `
    import { basename } from 'node:path';
    import esbuild from 'esbuild';
    const [...files] = process.argv.slice(1);
    const found = Object.fromEntries(files.map((file) => [basename(file), []]));
    const reading = {
      name: 'reading',
      setup(build) {
        build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
          if (kind === 'entry-point') return null;
          found[basename(importer)].push(path);
          return { path, external: true };
        });
      },
    };
    await esbuild.build({
      entryPoints: files, bundle: true, write: false, outdir: 'out', platform: 'node', format: 'esm', logLevel: 'silent',
      plugins: [reading],
    });
    console.log(JSON.stringify(found));`;
  const args = ['--input-type=module', '-e', code, ...files.map((name) => path.join(DIST, name))];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8' }));
}

test('no file of the program requires anything but Node’s own modules and files beside it', () => {
  const found = imports();
  expect(found['cli.cjs']).toEqual(expect.arrayContaining(['./oclif.cjs', './bench.cjs', 'node:fs']));
  const foreign = Object.entries(found).flatMap(([file, names]) =>
    names
      .filter((name) => !isBuiltin(name) && !(name.startsWith('./') && existsSync(path.join(DIST, name))))
      .map((name) => `${file}: ${name}`),
  );
  expect(foreign).toEqual([]);
  // Loading it takes Node milliseconds; for a terminal Node does so by itself.
  expect(found['cli.cjs']).not.toContain('node:tty');
});

test('what threads are started from lies beside what starts them', () => {
  const started = files.flatMap((file) =>
    [...readFileSync(path.join(DIST, file), 'utf8').matchAll(/["']([\w-]+-worker\.c?js)["']/g)].map(([, name]) => name),
  );
  expect(new Set(started)).toEqual(
    new Set(['check-worker.cjs', 'compare-worker.cjs', 'invoker-worker.js', 'nodes-worker.cjs']),
  );
  expect(files).toEqual(expect.arrayContaining([...new Set(started)]));
});

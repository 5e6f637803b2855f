import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { expectMainJob } from './main-job.ts';
import { inEmptyPlace, installTarball, product, run } from './product.ts';

test('the tarball: installed without a network, alone, under both names, with the library', () =>
  inEmptyPlace((folder) => {
    const modules = installTarball(folder);
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['lenskit-doctor']);
    expectMainJob([path.join(modules, '.bin/lk')], folder);
    const version = run(path.join(modules, '.bin/lenskit-doctor'), ['--version'], folder).stdout;
    expect(version).toMatch(/^lenskit-doctor\/\d/);

    writeFileSync(path.join(folder, 'square.mjs'), 'export default (model, value) => value * value;');
    writeFileSync(
      path.join(folder, 'use.mjs'),
      `import { createRequire } from 'node:module';
       import { effectiveCpuCount, invoker } from 'lenskit-doctor';
       const squares = await invoker({}, new URL('square.mjs', import.meta.url), { jobs: 2 });
       const all = [];
       for await (const one of squares.map([1, 2, 3])) all.push(one);
       await squares.close();
       const require = createRequire(import.meta.url);
       console.log(JSON.stringify([all, effectiveCpuCount() > 0, require('lenskit-doctor/package.json').name]));`,
    );
    const { stdout, stderr } = run(process.execPath, ['use.mjs'], folder);
    expect([stdout, stderr]).toEqual(['[[1,4,9],true,"lenskit-doctor"]\n', '']);
  }));

test('what is bundled is named with its licence, and nothing else is', () => {
  const notices = readFileSync(product('THIRD-PARTY-NOTICES.txt'), 'utf8');
  const named = [...notices.matchAll(/^(\S+) \d[\d.]* \(([^)]+)\)$/gm)].map(([, name]) => name);
  for (const name of ['@oclif/core', 'vega', 'systeminformation', 'tree-sitter-python', 'valibot'])
    expect(named).toContain(name);
  expect(named).not.toContain('typescript');
  expect(notices).toContain('Copyright (c) 2018 Salesforce.com');
});

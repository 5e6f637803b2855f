import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { inEmptyPlace, installTarball } from './product.ts';

/** The releases of TypeScript that the types compile under; the oldest, those around a change of the language, the newest. */
const RELEASES =
  process.env.LK_TEST_FULL === '1' ? ['5.0', '5.2', '5.4', '5.7', '5.9', '6.0', '7.0'] : ['5.0', '6.0', '7.0'];
const MODULES = [
  ['--module', 'node16', '--moduleResolution', 'node16'],
  ['--module', 'esnext', '--moduleResolution', 'bundler'],
];
/** No types of Node beside them, which TypeScript 6 and 7 would not look at either unless asked. */
const STRICT = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--lib', 'es2022,dom'];

const PROGRAM = `import { ConfigError, effectiveCpuCount, type Invoker, invoker, resolveParallelism } from 'lenskit-doctor';
const { warnings } = resolveParallelism({ lenskit: '2025.8.1', cpus: effectiveCpuCount(), env: { LK_NUM_THREADS: '4,2' } });
export const messages: string[] = warnings.map(({ message }) => message);
export async function sum(): Promise<number> {
  const squares: Invoker<number, number> = await invoker({}, new URL('file:///square.mjs'), { jobs: 2 });
  let all = 0;
  for await (const square of squares.map([1, 2])) all += square;
  await squares[Symbol.asyncDispose]();
  return all;
}
export const isOurs = (error: unknown): boolean => error instanceof ConfigError;
`;

test('the types compile under every TypeScript from 5.0 on, and are checked at all', () =>
  inEmptyPlace((folder) => {
    const modules = installTarball(folder);
    const compilers = path.join(folder, 'compilers');
    mkdirSync(compilers);
    writeFileSync(path.join(compilers, 'package.json'), '{}');
    const aliases = RELEASES.map((release) => `ts${release}@npm:typescript@~${release}.0`);
    execFileSync('npm', ['install', '--no-fund', '--no-audit', ...aliases], { cwd: compilers, stdio: 'ignore' });
    const place = path.join(folder, 'place');
    mkdirSync(place);
    symlinkSync(modules, path.join(place, 'node_modules'));
    writeFileSync(path.join(place, 'use.mts'), PROGRAM);
    writeFileSync(path.join(place, 'wrong.mts'), PROGRAM.replace("'2025.8.1'", '2025'));
    const said = (release: string, file: string, module_: readonly string[]) => {
      const tsc = path.join(compilers, 'node_modules', `ts${release}`, 'bin/tsc');
      return spawnSync(process.execPath, [tsc, ...STRICT, ...module_, file], { cwd: place, encoding: 'utf8' }).stdout;
    };
    for (const release of RELEASES)
      for (const module_ of MODULES)
        expect([release, module_, said(release, 'use.mts', module_)]).toEqual([release, module_, '']);
    const [node16 = []] = MODULES;
    expect(said('5.0', 'wrong.mts', node16)).toContain("Type 'number' is not assignable to type 'string'");
  }));

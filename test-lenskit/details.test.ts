import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doctorJson } from '../test/cli.ts';
import { CACHE } from './cache.ts';

/** What LensKit's own doctor prints, beside what is read from files and what the probe sees. */
describe.each(['2025.8.1', '2026.4.0'])('lenskit doctor of %s', (lenskit) => {
  const environment = path.join(CACHE, `lenskit-${lenskit}`);
  const real = existsSync(path.join(environment, 'complete')) ? test : test.skip;

  real('says nothing that --verbose does not', () => {
    const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent-home', COLUMNS: '400', OMP_NUM_THREADS: '1' };
    const argv = ['doctor', '--full'];
    const { stdout } = spawnSync(path.join(environment, 'bin/lenskit'), argv, { encoding: 'utf8', env, cwd: '/' });
    const theirs = stdout.split('\n').map((line) => line.trim());
    const saidOf = (label: string): string[] =>
      theirs.filter((line) => line.startsWith(`${label}: `)).map((line) => line.slice(label.length + 2));
    const { report } = doctorJson(['--python', environment, '--verbose', '--packages', '--paths', '--probe'], { env });
    const { details, python, cpus, machine } = report;
    const { system, processor, observed } = details ?? {};

    expect(saidOf('LensKit version')).toEqual([report.lenskit.version]);
    expect(saidOf('Python version')).toEqual([python.version]);
    expect(saidOf('Platform')[0]).toBe(
      `Linux-${system?.kernel}-${system?.architecture}-with-${system?.cLibrary?.name}${system?.cLibrary?.version}`,
    );
    expect(saidOf('Processor')).toEqual([processor?.model]);
    expect(saidOf('CPU cores')[0]).toMatch(new RegExp(`^${cpus.online}( |$|,)`));
    expect(saidOf('Memory')[0]).toContain(`${((machine.memory.total ?? 0) / 2 ** 30).toFixed(1)} GiB`);
    expect(saidOf('NumPy version')).toEqual([python.packages.numpy]);
    expect(saidOf('PyTorch version')).toEqual([details?.torch?.version]);
    // Foretold from files, and asked.
    expect(saidOf('cpu')).toEqual([details?.torch?.capability]);
    expect(saidOf('cpu')).toEqual([observed?.torch?.capability]);
    expect(saidOf('mkl')).toEqual([observed?.torch?.backends.mkl]);
    const blas = observed?.libraries.filter(({ family }) => family === 'openblas') ?? [];
    expect(saidOf('architecture').length).toBeGreaterThan(0);
    for (const kernel of saidOf('architecture')) expect(blas.map((one) => one.kernel)).toContain(kernel);
    // Of each OpenBLAS that they have loaded the file says what the library says.
    for (const version of saidOf('version').filter((one) => one !== 'None'))
      expect(details?.openblas.map((one) => one.version)).toContain(version);
    for (const { file, version, threading } of blas)
      expect(details?.openblas).toContainEqual(expect.objectContaining({ file, version, threading }));
    expect(details?.environment.OMP_NUM_THREADS).toBe(saidOf('OMP_NUM_THREADS')[0]);
    for (const folder of details?.paths?.python ?? []) expect(stdout).toContain(folder);
    expect(observed?.path).toEqual(details?.paths?.python);
    for (const folder of details?.paths?.programs ?? []) expect(stdout).toContain(folder);
    const listed = new Map(
      theirs.flatMap((line) => {
        const [, name, version] = /^│ (\S+) +│ +(\S+) │$/.exec(line) ?? [];
        return name && version ? [[name, version] as const] : [];
      }),
    );
    expect(listed.size).toBeGreaterThan(20);
    expect(details?.packages?.map(({ name, version }) => [name, version]).sort()).toEqual([...listed].sort());
  });
});

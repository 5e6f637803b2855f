import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { expectValid } from '../../test/cli.ts';
import { run } from './product.ts';

/** What `lk` is for, with a file of every kind that it has beside its program: pages, Python, WebAssembly, workers, Vega. */
export function expectMainJob(words: readonly string[], folder: string, env: { [name: string]: string } = {}): void {
  const [program = '', ...own] = words;
  const lk = (...args: string[]) => run(program, [...own, ...args], folder, env);

  const doctor = lk('doctor', '--json', '--fail-on', 'never');
  expect({ status: doctor.status, stderr: doctor.stderr }).toEqual({ status: 0, stderr: '' });
  expectValid(JSON.parse(doctor.stdout));

  expect(lk('explain', 'cpu/quota-ignored').stdout).toContain('cpu/quota-ignored');
  expect(lk('help').status).toBe(0);

  writeFileSync(path.join(folder, 'evaluate.py'), 'from lenskit.batch import recommend\nrecommend(a, b, c)\n');
  const check = lk('check', 'script', '--lenskit', '2025.8.1', '--json', 'evaluate.py');
  expect(check.status).toBe(1);
  expectValid(JSON.parse(check.stdout), 'script');

  const few = ['--runs', '1', '--warmup', '0', '--max-trials', '3', '--lenskit', '2025.8.1', '--budget', '60s'];
  const builtin = lk('bench', 'batch', ...few, '--json', '--engine', 'builtin', '--users', '200', '--plot', 'plot.svg');
  expect(builtin.status).toBe(0);
  expectValid(JSON.parse(builtin.stdout), 'bench');
  expect(readFileSync(path.join(folder, 'plot.svg'), 'utf8')).toContain('<svg');

  // Through bench/launcher.py.
  const command = lk('bench', 'batch', ...few, '--json', '--', '/bin/sh', '-c', 'echo x >> ran');
  expect([command.status, existsSync(path.join(folder, 'ran'))]).toEqual([0, true]);
  expectValid(JSON.parse(command.stdout), 'bench');
}

import { chmodSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { benchJson, lk } from '../cli.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';

const described = findPython() === null ? describe.skip : describe;

const environment = (prefix: string, lenskit: string, body: string): FileTree => ({
  [`${prefix}/pyvenv.cfg`]: 'home = /usr/bin\nversion = 3.11.1\n',
  [`${prefix}/bin/python`]: `#!/bin/sh\n${body}\n`,
  [`${prefix}/lib/python3.11/site-packages/lenskit-${lenskit}.dist-info/METADATA`]: `Name: lenskit\nVersion: ${lenskit}\n`,
});

/** The same job under three generations: slow unless told otherwise. */
const TREE = {
  ...environment('/a', '2025.8.1', 'if [ "$LK_NUM_PROCS" = 1 ]; then exec sleep 0.2; fi; sleep 0.3'),
  ...environment('/b', '2026.4.0', 'sleep 0.02'),
  ...environment('/c', '0.14.4', 'sleep 0.02'),
};

described('--compare', () => {
  test('across generations: the environment, LensKit’s default and the best, in 80 columns', () =>
    withTree(TREE, (root) => {
      for (const one of ['a', 'b', 'c']) chmodSync(`${root}/${one}/bin/python`, 0o755);
      const flags = ['--processes', '1', '--threads', '1', '--backend-threads', '1', '--quiet', '--warmup', '0'];
      const run = (one: string, ...more: string[]) => [...flags, ...more, '--', `${root}/${one}/bin/python`, 'eval.py'];
      const { result: first } = benchJson(run('a', '--save', 's.json'), { cwd: root });
      expect(first.comparison).toBeNull();
      for (const [other, generation] of [
        ['b', '2026.1'],
        ['c', '0.14'],
      ] as const) {
        const { result } = benchJson(run(other, '--compare', 's.json'), { cwd: root });
        expect(result.generation).toBe(generation);
        expect(result.comparison).toMatchObject({
          generation: '2025.3',
          lenskit: '2025.8.1',
          differs: [],
          settings: [],
        });
        const roles = result.comparison?.roles ?? [];
        expect(roles.map(({ role }) => role)).toEqual(['current', 'default', 'best']);
        for (const { before, now, ratio } of roles) expect(ratio).toBeCloseTo(before.median / now.median);
        expect(roles[2]?.before.env).toEqual(first.best?.env);
        const { stdout } = lk(['bench', 'batch', ...run(other, '--compare', 's.json')], {
          cwd: root,
          env: { COLUMNS: '80' },
        });
        const at = stdout.indexOf('against s.json');
        const shown = stdout.slice(at, stdout.indexOf('\n\n', at)).split('\n');
        expect(shown[0]).toContain('rules 2025.3');
        expect(shown.join('\n')).toMatch(/the environment +0\.\d+ s +0\.\d+ s[\s\S]*LensKit's default[\s\S]*the best/);
        for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      }
    }));

  test('of the same generation: the settings that both have, by their short names', () =>
    withTree(TREE, (root) => {
      for (const one of ['a', 'b']) chmodSync(`${root}/${one}/bin/python`, 0o755);
      const command = ['--', `${root}/b/bin/python`, 'eval.py'];
      const flags = ['--processes', '1,2', '--threads', '1', '--backend-threads', '1', '--quiet', '--warmup', '0'];
      benchJson([...flags, '--save', 's.json', ...command], { cwd: root });
      const { stdout } = lk(['bench', 'batch', ...flags, '--compare', 's.json', ...command], {
        cwd: root,
        env: { COLUMNS: '80' },
      });
      expect(stdout.slice(stdout.indexOf('against s.json'))).toMatch(/\n 2 × 1 × 1 +0\.\d+ s/);
      for (const line of stdout.split('\n')) if (!line.includes('export ')) expect(line.length).toBeLessThanOrEqual(80);
    }));
});

import { describe, expect, test } from '@jest/globals';
import { effectiveCpus } from '../../src/cpus/effective.ts';
import { observeLinux } from '../../src/cpus/observe.ts';
import { machineBelow } from '../../src/host/open.ts';
import { type FileTree, withTree } from '../file-tree.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';

interface MachineCase extends Case {
  files: FileTree;
  expect: {
    affinity: number;
    quotaCpus: number | null;
    version?: 1 | 2 | 'hybrid' | null;
    effective: number;
    floor: number;
    warning?: boolean;
  };
}

describe('machines as file trees', () => {
  const file = sharedFile('effective-cpus', 'cases.jsonl');
  const cases = file ? readCases<MachineCase>(file) : [];

  (file ? test.each(cases.map((machine) => [machine.id, machine] as const)) : test.skip.each([['shared']]))(
    '%s',
    async (_, machine?: MachineCase) => {
      if (!machine) return;
      await withTree(machine.files, (root) => {
        const facts = observeLinux(machineBelow(root));
        const { affinity, quota, effective, floor } = effectiveCpus(facts);
        const { expect: expected } = machine;
        expect({ affinity, quotaCpus: quota?.cpus ?? null, effective, floor, warnings: facts.warnings }).toEqual({
          affinity: expected.affinity,
          quotaCpus: expected.quotaCpus,
          effective: expected.effective,
          floor: expected.floor,
          warnings: expected.warning ? expect.arrayContaining([expect.any(String)]) : [],
        });
        if ('version' in expected) expect(facts.cgroup).toBe(expected.version);
      });
    },
  );
});

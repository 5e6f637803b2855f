import { expect, test } from '@jest/globals';
import { derivation } from '../../src/report/words.ts';

const cpus = (affinity: number | null, cpuset: number | null) =>
  derivation({ cpus: { online: 8, affinity, cpuset, isolated: 0, quota: null, cgroupView: 'whole' } });

test('each step of a derivation narrows the one before', () => {
  expect(cpus(4, 2)).toBe('8 online → 4 by affinity → 2 by cpuset');
  expect(cpus(1, 2)).toBe('8 online → 1 by affinity');
  expect(cpus(2, 2)).toBe('8 online → 2 by affinity');
  expect(cpus(4, null)).toBe('8 online → 4 by affinity');
  expect(cpus(null, 2)).toBe('8 online → affinity not known → 2 by cpuset');
});

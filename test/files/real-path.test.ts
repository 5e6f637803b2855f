import { expect, test } from '@jest/globals';
import { isOfKernel } from '../../src/files/real-path.ts';

test.each([
  ['/proc', true],
  ['/proc/self/comm', true],
  ['/sys/kernel', true],
  ['/processes/x', false],
  ['/home/proc/x', false],
  ['/system', false],
])('made up by the kernel: %s %s', (file, wanted) => expect(isOfKernel(file)).toBe(wanted));

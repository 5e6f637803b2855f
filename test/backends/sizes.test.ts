import { expect, test } from '@jest/globals';
import { POOL_VARIABLES } from '../../src/backends/pool-variables.ts';

test.each(POOL_VARIABLES.flatMap(({ name, library, read }) => (read === undefined ? [] : [{ name, library, read }])))(
  '$name as $library reads it ends at once, however long it is',
  ({ read }) => {
    // The kernel takes 128 KiB for a variable. Of some ten million letters V8 may run out of its stack.
    const length = 1024 * 1024;
    const before = process.cpuUsage();
    for (const value of ['9'.repeat(length), `-${'0'.repeat(length)}`, '1,'.repeat(length / 2)]) read(value);
    // Of CPU, which a busy machine does not change.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  },
);

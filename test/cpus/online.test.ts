import { expect, test } from '@jest/globals';
import { parseCpuList } from '../../src/cpus/cpu-list.ts';
import { parseMountinfo } from '../../src/cpus/mountinfo.ts';
import { believed } from '../../src/cpus/online.ts';

const SYSFS = '22 1 0:20 / /sys rw - sysfs sysfs rw';
const LXCFS = '41 22 0:40 /sys/devices/system/cpu/online /sys/devices/system/cpu/online rw - fuse.lxcfs lxcfs rw';

/** The CPUs online as they are believed, and whether the report says why not. */
function answer(online: string, allowed: string, ...mounts: string[]): [cpus: string | null, said: boolean] {
  const warnings: string[] = [];
  const found = believed(
    parseCpuList(online),
    parseCpuList(allowed),
    parseMountinfo(mounts.join('\n')).mounts,
    warnings,
  );
  return [found && [...found].join(','), warnings.length > 0];
}

test.each([
  ['an affinity within what is online', '0-3', '1-2', [SYSFS], '0,1,2,3', false],
  ['all of it', '0-3', '0-3', [SYSFS, LXCFS], '0,1,2,3', false],
  ['CPUs that are not plugged in', '0-3', '0-127', [SYSFS], '0,1,2,3', false],
  ['the same, mounts not to be read', '0-3', '0-127', [], '0,1,2,3', false],
  ['all in one file system', '0-3', '0-127', ['1 0 8:1 / / rw - ext4 /dev/a rw'], '0,1,2,3', false],
  ['fewer under LXCFS', '0-1', '0-7', [SYSFS, LXCFS], null, true],
  [
    'LXCFS over the folder',
    '0-1',
    '0-7',
    ['9 1 0:4 /sys/devices/system/cpu /sys/devices/system/cpu rw - fuse.lxcfs lxcfs rw'],
    null,
    true,
  ],
  ['a tmpfs in the place of /sys', '0-1', '0-7', [SYSFS, '9 1 0:4 / /sys rw - tmpfs tmpfs rw'], null, true],
  [
    'a bind of another file of sysfs',
    '0-1',
    '0-7',
    [SYSFS, '9 1 0:20 /devices/system/cpu/offline /sys/devices/system/cpu/online rw - sysfs sysfs rw'],
    null,
    true,
  ],
  [
    'a bind of the file itself',
    '0-1',
    '0-7',
    ['9 1 0:20 /devices/system/cpu/online /sys/devices/system/cpu/online rw - sysfs sysfs rw'],
    '0,1',
    false,
  ],
  ['sysfs mounted over LXCFS', '0-1', '0-7', [SYSFS, LXCFS, SYSFS], '0,1', false],
  [
    'a mount below the folder',
    '0-1',
    '0-7',
    [SYSFS, '9 1 0:4 / /sys/devices/system/cpu/cpu0 rw - tmpfs tmpfs rw'],
    '0,1',
    false,
  ],
  [
    'a folder of a longer name',
    '0-1',
    '0-7',
    [SYSFS, '9 1 0:4 / /sys/devices/system/cpu/online2 rw - tmpfs tmpfs rw'],
    '0,1',
    false,
  ],
  ['neither within the other', '0-3', '2-9', [SYSFS], null, true],
  ['nothing in common', '0-3', '8-9', [SYSFS], null, true],
] as const)('%s', (_, online, allowed, mounts, cpus, said) => {
  expect(answer(online, allowed, ...mounts)).toEqual([cpus, said]);
});

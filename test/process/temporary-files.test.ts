import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { temporaryIn, temporaryParent } from '../../src/process/temporary-files.ts';

/** What a program that is started has in it where it may be Linux, or is not. */
function on<T>(platform: NodeJS.Platform, use: () => T): T {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
  Object.defineProperty(process, 'platform', { ...own, value: platform });
  try {
    return use();
  } finally {
    Object.defineProperty(process, 'platform', own);
  }
}

describe('the variables of a folder for temporary files', () => {
  test.each([
    ['Ray’s own first', 'linux', { RAY_TMPDIR: '/ray', TMPDIR: '/scratch' }, '/ray'],
    ['then where it would have been (Linux)', 'linux', { TMPDIR: '/scratch' }, '/scratch'],
    ['elsewhere Ray does not look there', 'darwin', { TMPDIR: '/var/folders/x' }, '/tmp'],
    ['an empty one is none', 'linux', { RAY_TMPDIR: '', TMPDIR: '' }, '/tmp'],
    ['none', 'linux', {}, '/tmp'],
  ] as const)('Ray finds its clusters where it would without it: %s', (_, platform, env, ray) => {
    expect(on(platform, () => temporaryIn('/tmp/lk-bench-x', env))).toEqual({
      TMPDIR: '/tmp/lk-bench-x',
      RAY_TMPDIR: ray,
    });
  });

  // A socket's path has 107 bytes at most (unix(7): 108 with the null that ends it).
  test.each([
    ['/'.padEnd(62, 'x'), true],
    ['/'.padEnd(63, 'x'), false],
    [`/${'ü'.repeat(30)}x`, true],
    [`/${'ü'.repeat(31)}`, false],
  ])('LensKit’s socket has to fit below it: %s', (folder, fits) => {
    expect(temporaryIn(folder, {}).TMPDIR).toBe(fits ? folder : undefined);
    if (fits)
      expect(Buffer.byteLength(`${folder}/lenskit-monitor.abcdefgh/log-messages.sock`)).toBeLessThanOrEqual(107);
  });
});

test('where programs put temporary files is an absolute path', () => {
  expect(path.isAbsolute(temporaryParent())).toBe(true);
});

import tests from '../jest.config.js';

/** The products in dist-packages/, each in an empty place. @type {import('jest').Config} */
export default {
  ...tests,
  rootDir: '..',
  testMatch: ['<rootDir>/packaging/test/**/*.test.ts'],
  // npm, and a file of a hundred megabytes on a machine that is busy.
  testTimeout: 600_000,
};

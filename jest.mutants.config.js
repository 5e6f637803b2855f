import config from './jest.config.js';

/** The tests that run the sources in jest's own process: a mutant is seen only there, and costs a fraction of a second. */
/** @type {import('jest').Config} */
export default {
  ...config,
  testMatch: ['<rootDir>/test/{cpus,machine,host}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', 'real-cgroups', 'effective-cpus'],
  setupFiles: ['<rootDir>/test/mutants-setup.ts'],
};

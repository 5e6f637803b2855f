import base from './jest.config.js';

/** Tests against a real Slurm and a real Ray, which they start: one after the other, since each wants the CPUs. */
export default {
  ...base,
  testMatch: ['<rootDir>/test-cluster/**/*.test.ts'],
  testTimeout: 600_000,
  maxWorkers: 1,
};

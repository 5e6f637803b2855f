import base from './jest.config.js';

/** Tests against real LensKit: they start Python with Torch, and take minutes. */
export default { ...base, testMatch: ['<rootDir>/test-lenskit/**/*.test.ts'], testTimeout: 600_000, maxWorkers: 2 };

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import config from './jest.config.js';

// Tests of the built program would not notice a break of the sources, and take seconds.
const folder = path.resolve(import.meta.dirname, 'test', process.env.LK_MUTANTS_FOLDER ?? 'cpus');
const tests = readdirSync(folder)
  .map((name) => path.join(folder, name))
  .filter((file) => file.endsWith('.test.ts') && !readFileSync(file, 'utf8').includes("'../cli.ts'"));

/**
 * The tests of one folder, LK_MUTANTS_FOLDER. What npm run mutants runs for each break: the tests that run the sources in jest's own process.
 * @type {import('jest').Config}
 */
export default { ...config, testMatch: tests, setupFiles: ['<rootDir>/test/mutants-setup.ts'] };

/**
 * Mutation testing of what has to be right whatever is met: reading the machine, counting its CPUs, the doors, LensKit's rules.
 * `npm run mutants`.
 */
export default {
  testRunner: 'in-process',
  plugins: ['./scripts/mutants-runner.mjs'],
  // A break may take memory without end.
  testRunnerNodeArgs: ['--max-old-space-size=1500'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // By the clock, of which a busy machine takes its part: it says of a break that it never ends, and of no test that it is slow.
  timeoutMS: Number(process.env.LK_MUTANTS_TIMEOUT_MS ?? 15_000),
  dryRunTimeoutMinutes: 60,
  // TypeScript 7 has no JavaScript interface with which Stryker could rewrite tsconfig.json; swc does not read it.
  tsconfigFile: 'none',
  incremental: true,
  tempDirName: 'coverage/mutants/sandbox',
  ignorePatterns: ['/coverage', '/dist', '/docs', '/test-lenskit'],
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: process.env.LK_MUTANTS_REPORT ?? 'coverage/mutants/report.json' },
  warnings: { slow: false },
};

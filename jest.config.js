/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // No test asserts on time: this tells a hang from a machine that is busy.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Most of the time a test waits for programs that it has started.
  maxWorkers: '100%',
  // Tests run the sources as CommonJS: quick, and without Node's experimental flags.
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/coverage/', '<rootDir>/dist-packages/'],
  transformIgnorePatterns: ['/node_modules/(?!chalk/)'],
};

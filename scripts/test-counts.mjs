// Prints the counts of a jest result (jest --json --outputFile=FILE) in one line; fails where nothing ran.
import { readFileSync } from 'node:fs';

let counts = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};
try {
  counts = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
} catch (error) {
  console.error(`no test results: ${error.message}`);
}
// A test file that did not load has no tests of its own to count.
const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
const skipped = counts.numPendingTests + counts.numTodoTests;
console.log(`${counts.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (failed > 0 || counts.numPassedTests === 0) process.exitCode = 1;

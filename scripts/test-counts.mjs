// Prints the counts of jest results (jest --json --outputFile=FILE) in one line; fails where nothing ran.
import { readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  try {
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += counts.numPassedTests;
    // A test file that did not load has no tests of its own to count.
    total.failed += counts.numFailedTests + counts.numRuntimeErrorTestSuites;
    total.skipped += counts.numPendingTests + counts.numTodoTests;
  } catch (error) {
    console.error(`no test results: ${error.message}`);
    process.exitCode = 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;

import fc from 'fast-check';

// A mutant is run by every test that reaches it: one counter-example is enough, and the smallest one is not wanted.
fc.configureGlobal({ numRuns: 25, endOnFailure: true });

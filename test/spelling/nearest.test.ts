import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { didYouMean, nearest } from '../../src/spelling/nearest.ts';

const NAMES = ['doctor', 'explain', 'bench batch', 'check script', 'json', 'cpu/quota-ignored'];

test.each([
  ['docter', 'doctor'],
  ['DOCTOR', 'doctor'],
  ['jsno', 'json'],
  ['jsn', 'json'],
  ['cpu/quota', 'cpu/quota-ignored'],
  ['exp', 'explain'],
  ['ex', null],
  ['frobnicate', null],
  ['', null],
  ['doc tor', 'doctor'],
])('%s: %s', (word, name) => {
  expect(nearest(word, NAMES)).toBe(name);
});

test('a third of the letters may be wrong, and no more', () => {
  expect(nearest('abcxyz', ['abcdef'])).toBeNull();
  expect(nearest('abcdyz', ['abcdef'])).toBe('abcdef');
  expect(nearest('ab', ['abc'])).toBe('abc');
  expect(nearest('a', ['abc'])).toBeNull();
});

test('a name is nearest to itself, and of no names none is', () => {
  fc.assert(fc.property(fc.constantFrom(...NAMES), (name) => nearest(name, NAMES) === name));
  expect(nearest('doctor', [])).toBeNull();
  expect(didYouMean('docter', NAMES)).toBe('; did you mean doctor?');
  expect(didYouMean('zzzzzz', NAMES)).toBe('');
});

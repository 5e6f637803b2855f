import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { Ajv } from 'ajv';

/** The schema of SARIF 2.1.0 as OASIS published it (rtm.5), from Microsoft's package for tests. */
const SCHEMA = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

const isReference = (text: string): boolean => /^[!-~]*$/.test(text) && !/[<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})/.test(text);
const formats = {
  uri: (text: string) => /^[a-z][a-z0-9+.-]*:/i.test(text) && isReference(text),
  'uri-reference': isReference,
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
};
// It is of draft 4, and uses nothing that means something else in draft 7, which Ajv reads.
const { $schema: _, id: _id, ...schema } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as { [key: string]: unknown };
const validate = new Ajv({ strict: false, unicodeRegExp: false, formats }).compile(schema);

/** Fails the test unless the document is SARIF. */
export function expectSarif(document: unknown): void {
  const valid = validate(document);
  expect({ valid, errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
}

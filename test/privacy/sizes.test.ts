import { expect, test } from '@jest/globals';
import { withoutSecretArguments } from '../../src/privacy/secret-arguments.ts';
import { withoutSecretShapes } from '../../src/privacy/secret-text.ts';

/** The kernel hands over no longer argument. */
const LONGEST = 128 * 1024;

/** Pieces that make a reader slow who looks at a place more than once. */
const PIECES = [
  'a',
  'A1',
  '-',
  '--a',
  '--token ',
  '--token=',
  'token=[',
  'token=[\n',
  'token=["',
  'token="\n',
  `token=[${'\\'.repeat(17)}"\n`,
  `token=[${'\\'.repeat(16)}`,
  "token='\\",
  'token=\\"',
  'token=\\\\',
  'token:=',
  'a=',
  'a:',
  'a.b-c=',
  'a:b@',
  'a://',
  'a://b@',
  'a://b:c/',
  '://',
  'a.infura.io/v1/',
  '/hooks/',
  '/bot1:',
  '?token=',
  ';token=a',
  'Cookie:',
  'Cookie: a\n',
  'Bearer ',
  'token ',
  'mysql -p',
  "sh -c '",
  'sh -c "\\',
  '\\',
  '"',
  "'",
  '(',
  ' ',
  '\n',
  'eyJaaaaaaaa.',
  'gh',
  'sk-',
  'sk-a',
  'glpat-0123456789abcdef.0',
  'pypi-AgE',
  'a.',
  '1https',
  'PASSWORD \\',
];

test.each(PIECES)('a word full of %j comes to an end, as text and among arguments', (piece) => {
  for (const text of [piece.repeat(LONGEST / piece.length), `x ${piece.repeat(LONGEST / piece.length)} x`]) {
    expect(typeof withoutSecretShapes(text)).toBe('string');
    expect(withoutSecretArguments([text, 'x'])).toHaveLength(2);
  }
});

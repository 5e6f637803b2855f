import { describe, expect, test } from '@jest/globals';
import { withoutSecretShapes } from '../../src/privacy/secret-text.ts';

/** What is between `«` and `»` goes, and nothing else. */
function expectHidden(marked: string): void {
  expect(withoutSecretShapes(marked.replace(/[«»]/g, ''))).toBe(marked.replace(/«[^»]*»/g, '…'));
}
const long = 'ab1-'.repeat(2500);

describe('however long it is, nothing of it stays', () => {
  test.each([
    ['a bearer’s token', `Bearer «${long}» x`],
    ['a header', `Authorization: «Bearer ${long}»`],
    ['cookies', `Cookie: «a=${long}; b=${long}»\nx`],
    ['a part of an address', `https://h/?X-Amz-Security-Token=«${long}»&n=1`],
    ['a user’s password', `https://«u:${long}»@h/`],
    ['a value', `password=«${long}» x`],
    ['an option’s value', `--password «${long}» x`],
  ])('%s', (_, marked) => expectHidden(marked));
});

describe('by the word before it', () => {
  test.each([
    'Bearer «abcdef» x',
    'Basic «dXNlcjpwYXNz»',
    'Token «a.b_c~d+e/f=-»,',
    'a Bearer        «abcdef» b',
    'Bearer\t«abcdef»',
    '(Bearer «abcdef»)',
    // no token is so short, and no sentence so long
    'Bearer abcde',
    'Bearer         abcdef',
    'Bearer: «abcdef»',
    'aBearer abcdef',
    'Bearers abcdef',
    'bearer of bad news',
    'token abcdefg',
    'Bearer',
  ])('%s', expectHidden);
});

/** RFC 9110, 11.6.2; RFC 6265, 4.1 and 4.2. */
describe('headers whose whole line is secret', () => {
  test.each([
    'Authorization: «Basic abc def, ghi»',
    'authorization:«x y»',
    'Proxy-Authorization: «Digest username=u, response=x»\nHost: h',
    'Cookie: «a=1; b=2»\r\nHost: h',
    'Set-Cookie: «sid=x; Path=/; HttpOnly»\nx',
    "-H 'Cookie: «a=1; b=2»' -v",
    '-H "Cookie: «a=1; b=2»" -v',
    'X-Forwarded; Cookie  :    «a b»',
    "'Cookie': «'a=1; b=2'»",
    'Cookie: «a=1; Cookie: b»\nCookie: «c d»\nz',
    "'Cookie': «a=1; b=2»",
    '"Cookie": «a=1; b=2»',
    'Cookie:',
    'Cookie:  ',
  ])('%j', (marked) => expectHidden(marked));
});

describe('a name before a value', () => {
  test.each([
    'token=«a» b',
    'token =«a» b',
    'token        =        «a» b',
    'token := «a» b',
    'token => «a» b',
    'token ==«a» b',
    'token::«a» b',
    'token: «a» b',
    '"token": «"a b"», "c"',
    "'token': «'a b'»}",
    '"token" : «"a b"»}',
    "['token'] = «'a b'»",
    '["token"]=«"a"» b',
    '\\"token\\": «\\"a b\\"»}',
    'my.db-token_2=«a» b',
    '_token=«a» b',
    'x.token=«a»;b',
    'token=«a»&b=c',
    'a=b token=«c»',
    'a=token=«b» c',
    'a: token: «b» c',
    'setdefault("TOKEN", «"a b"») x',
    "setdefault('TOKEN',«'a'») x",
    'setdefault(\\"TOKEN\\", «\\"a b\\"») x',
    'putenv("TOKEN" ,    «"a"»)',
    'password = «"a"»',
    // no assignment, or no name of a secret
    'token a b c d',
    'a token, a key',
    '"token", b',
    'token, "a b"',
    'users=token',
    'tokenizer=abc',
    'token < abc',
    '=abcdef',
    'KEY=VALUE',
    'write KEY=VALUE',
    'KEY=«VALUES»',
    'MY_KEY=«VALUE»',
    'KEY=«value»',
  ])('%s', expectHidden);
});

describe('an option before its value', () => {
  test.each([
    '--password «a» b',
    '-password «a» b',
    '--password    «a» b',
    '--password=«a» b',
    '--password = «a» b',
    '--password    :    «a» b',
    '--db.password_2 «a» b',
    '--password «"a b"» c',
    '--key «user_id» x',
    // no value, or no option
    '--password -a bcd',
    '--password --abc',
    '--password',
    '--password     abc',
    '--users 500 -v',
    '--tokenizer bert',
    '- password abc',
    '--1password abc',
  ])('%s', expectHidden);
});

test('a text of less than six letters holds none, one of six may', () => {
  expectHidden('key=«ab»');
  expectHidden('pw=ab');
  expectHidden('pwd=«ab»');
});

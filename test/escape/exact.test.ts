import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csv } from '../../src/escape/csv.ts';
import { withoutCommands, workflowCommand } from '../../src/escape/github.ts';
import { html } from '../../src/escape/html.ts';
import { code, fence, md } from '../../src/escape/markdown.ts';
import { joined } from '../../src/escape/markup.ts';
import { dockerValue, tomlValue, yamlScalar } from '../../src/escape/scalars.ts';
import { inert, isWritable } from '../../src/escape/shell.ts';
import { eachText } from '../../src/escape/texts.ts';
import { fileUri } from '../../src/escape/uri.ts';
import { visible } from '../../src/escape/visible.ts';
import { hostile } from './hostile.ts';

// What is escaped is still there to be read: each target's own reading of it gives the text back.

/** What Markdown and HTML show for numeric and named references (HTML 5, 13.5). */
function shown(text: string): string {
  const named: { [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text
    .replaceAll('&#8203;', '')
    .replace(/&(?:#(\d+)|(\w+));/g, (_, number: string | undefined, name: string) =>
      number === undefined ? (named[name] ?? '?') : String.fromCodePoint(Number(number)),
    );
}

test('markdown and html show the very text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(shown(md`${text}`.text)).toBe(visible(text));
      expect(shown(html`${text}`.text)).toBe(visible(text));
    }),
  );
  const all = `a & b < c > d " e ' f`;
  expect([shown(md`${all}`.text), shown(html`${all}`.text)]).toEqual([all, all]);
  expect(md`${'   a  b   '}`.text).toBe('&#32;&#32;&#32;a  b&#32;&#32;&#32;');
  expect(md`https://www.x.org ftp.y WWW.z`.text).toBe('https://www.x.org ftp.y WWW.z');
  expect(md`${'https://www.x.org ftp.y WWW.z a:b'}`.text).toBe('https&#58;//www&#46;x.org ftp&#46;y WWW&#46;z a:b');
});

test('markup side by side has between its parts what is said', () => {
  expect(joined([md`a`, md`${'*'}`, md`c`], ' - ').text).toBe('a - &#42; - c');
  expect(joined([], ' - ').text).toBe('');
});

describe('visible', () => {
  test.each([
    ['\u0001', '\\x01'],
    ['\u00ad', '\\xad'],
    // the least character of more than eight bits, of more than sixteen
    ['\u{100}\u034f', '\u{100}\\u034f'],
    ['\u{10000}\u{e0001}', '\u{10000}\\u{e0001}'],
    ['\u{f0000}', '\\u{f0000}'],
  ])('%j is shown as %s', (text, written) => expect(visible(text)).toBe(written));
});

describe('csv', () => {
  const one = (text: string): string => csv([[text]]).slice(0, -2);

  test.each(['5', '-5', '+5', '-12', '+1.25', '123456.789'])('%s is a number', (text) => expect(one(text)).toBe(text));

  test.each(['=5', '-1+cmd', '+1.5x', '-1.', '@a', '-', '--1', '\uff1dx', '\uff0bx', '\uff0dx', '\uff20x'])(
    '%s is marked as text',
    (text) => expect(one(text)).toBe(`'${text}`),
  );

  test.each(['a=b', 'x@y', 'a-b', '1+1'])('%s is text as it is', (text) => expect(one(text)).toBe(text));

  test('a row a line, and a field of several lines in quotes', () => {
    expect(csv([['a', 1], ['b\nc'], ['d;e'], []])).toBe('a,1\r\n"b\nc"\r\n"d;e"\r\n\r\n');
  });
});

describe('github', () => {
  test('a message of several lines and a property say all that they said', () => {
    const properties = { title: 'a:b,c%\n', line: 7 };
    expect(workflowCommand({ level: 'warning', properties, message: '50%\r\nx: y, z' }).text).toBe(
      '::warning title=a%3Ab%2Cc%25\\n,line=7::50%25\\r%0Ax: y, z\n',
    );
  });

  test('the old form of a command is shown, too', () => {
    expect(withoutCommands('a ##[error]b ##[x]\n##y')).toBe('a #\\x23[error]b #\\x23[x]\n##y');
  });
});

describe('a code span', () => {
  test.each([
    ['a', '`a`'],
    ['a|b', '`a\\|b`'],
    // CommonMark takes one blank from both ends where both have one
    [' a ', '`  a  `'],
    [' ', '` `'],
    ['  ', '`    `'],
    [' a', '` a`'],
    ['a ', '`a `'],
    ['x a y', '`x a y`'],
    ['x a ', '`x a `'],
    [' a x', '` a x`'],
    ['`', '`` ` ``'],
    ['a``b', '``` a``b ```'],
  ])('%j is written %s', (text, written) => expect(code(text).text).toBe(written));

  test('of nothing is no fence', () => expect(code('').text).toBe('`  `'));
});

test('a fence is longer than what its lines hold, line by line', () => {
  expect(fence(['a', 'b'], 'sh').text).toBe('```sh\na\nb\n```');
  expect(fence(['``', '`'], '').text).toBe('```\n``\n`\n```');
  expect(fence(['x````y'], 'text').text).toBe('`````text\nx````y\n`````');
});

test('a line to paste says what it says', () => {
  expect(inert`set ${'a b'} to ${3}`).toBe("set 'a b' to 3");
  expect(inert`${'-x'}${'y'}`).toBe('-xy');
});

describe('a file’s URI', () => {
  test.each([
    ['/a b/c', 'file:///a%20b/c'],
    ['a\\b', 'a/b'],
    ['a/b/c', 'a/b/c'],
    ['\ud800x', '%EF%BF%BDx'],
    ['/\udc00', 'file:///%EF%BF%BD'],
  ])('%j is %s', (file, uri) => expect(fileUri(file)).toBe(uri));
});

describe('each text', () => {
  const loud = (text: string): string => text.toUpperCase();

  test('in lists and objects, however deep, and nothing else', () => {
    const what = { a: ['x', 1, null, undefined, true, { b: 'y' }], c: {} };
    expect(eachText(what, loud)).toEqual({ a: ['X', 1, null, undefined, true, { b: 'Y' }], c: {} });
    expect(eachText('x', loud)).toBe('X');
    expect(eachText(null, loud)).toBe(null);
    expect(eachText(undefined, loud)).toBe(undefined);
    const call = (): string => 'x';
    expect(eachText(call, loud)).toBe(call);
  });

  test('what is of a class is the same one', () => {
    const values = [new Date(0), new Map([['x', 'y']]), Buffer.from('x'), new Error('x')];
    expect(eachText(values, loud).every((value, index) => value === values[index])).toBe(true);
  });

  test('an object without a prototype has none, and nothing that was given changes', () => {
    const bare = Object.assign(Object.create(null) as { x: string }, { x: 'y' });
    const copy = eachText(bare, loud);
    expect(Object.getPrototypeOf(copy)).toBe(null);
    expect(copy.x).toBe('Y');
    expect(bare.x).toBe('y');
  });

  test('a key called __proto__ is data: it is kept, and no prototype comes of it', () => {
    const given = JSON.parse('{"__proto__": {"a": "x"}, "b": "y"}') as { [key: string]: unknown };
    const copy = eachText(given, loud);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":"X"},"b":"Y"}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    const own = Object.getOwnPropertyDescriptor(copy, '__proto__');
    expect(own).toEqual({ value: { a: 'X' }, enumerable: true, configurable: true, writable: true });
  });
});

test('what a line to paste cannot hold is not writable', () => {
  expect(['a', 'a b', '', '$x'].map(isWritable)).toEqual([true, true, true, true]);
  expect(["it's", 'a\nb', '!', '\\'].map(isWritable)).toEqual([false, false, false, false]);
});

describe('values in the files that settings are pasted into', () => {
  test.each([
    ['a b', '"a b"', '"a b"', '"a b"'],
    ['a"b\\c$d', '"a\\"b\\\\c$d"', '"a\\"b\\\\c$d"', '"a\\"b\\\\c\\$d"'],
    ['7', '"7"', '7', '7'],
    ['-10', '"-10"', '-10', '-10'],
    ['0', '"0"', '0', '0'],
    ['-0', '"-0"', '-0', '-0'],
    ['07', '"07"', '"07"', '07'],
    ['1x', '"1x"', '"1x"', '1x'],
    ['x1', '"x1"', '"x1"', 'x1'],
    ['123456789012345678', '"123456789012345678"', '123456789012345678', '123456789012345678'],
    ['1234567890123456789', '"1234567890123456789"', '"1234567890123456789"', '1234567890123456789'],
    ['true', '"true"', 'true', 'true'],
    ['false', '"false"', 'false', 'false'],
    ['untrue', '"untrue"', '"untrue"', 'untrue'],
    ['truex', '"truex"', '"truex"', 'truex'],
    ['', '""', '""', '""'],
    ['\n\u0007', '"\\u000a\\u0007"', '"\\u000a\\u0007"', '"\\\\n\\\\x07"'],
    ['\u{e0041}', '"\\U000e0041"', '"\\U000e0041"', '"\\\\u{e0041}"'],
    ['\uffff\u202e', '"\uffff\\u202e"', '"\uffff\\u202e"', '"\uffff\\\\u202e"'],
    ['\ud800', '"\ufffd"', '"\ufffd"', '"\\\\ud800"'],
    ['/x.y,z:@%+-', '"/x.y,z:@%+-"', '"/x.y,z:@%+-"', '/x.y,z:@%+-'],
    ['=x', '"=x"', '"=x"', '"=x"'],
  ])('%j', (value, yaml, toml, docker) => {
    expect([yamlScalar(value), tomlValue(value), dockerValue(value)]).toEqual([yaml, toml, docker]);
  });
});

test('keys are changed where that is asked for', () => {
  const what = { a: [{ b: 'x' }] };
  expect(eachText(what, String, (key) => key.toUpperCase())).toEqual({ A: [{ B: 'x' }] });
});

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeSource, severalBytes } from '../../src/script/encoding.ts';

const why = (bytes: Buffer): string | null => {
  const source = decodeSource(bytes);
  return 'why' in source ? source.why : null;
};
const textOf = (bytes: Buffer): string | null => {
  const source = decodeSource(bytes);
  return 'why' in source ? null : source.text;
};

describe('a script is read as Python reads it', () => {
  test.each([
    ['latin-1', '# -*- coding: latin-1 -*-\nx = "caf\u00e9\u0080"\n', 'latin1'],
    ['the second line', '#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\nx = "\u00e9"\n', 'latin1'],
    ['UTF-8', 'x = "\u20ac"\n', 'utf8'],
    ['UTF-8 by name', '# coding: utf8\nx = "\u20ac"\n', 'utf8'],
    ['a cookie below code is none', 'x = 1\n# coding: latin-1\ny = "\u20ac"\n', 'utf8'],
  ] as const)('%s', (_, text, encoding) => {
    expect(textOf(Buffer.from(text, encoding))).toBe(text);
  });

  test('cp1252, koi8-r and iso-8859-15 by the platform\u2019s tables', () => {
    expect(textOf(Buffer.from('# coding: cp1252\n\x80', 'latin1'))).toBe('# coding: cp1252\n\u20ac');
    expect(textOf(Buffer.from('# coding: koi8-r\n\xc1', 'latin1'))).toBe('# coding: koi8-r\n\u0430');
    expect(textOf(Buffer.from('# coding: iso8859_15\n\xa4', 'latin1'))).toBe('# coding: iso8859_15\n\u20ac');
  });

  test('what cannot be written back is refused with the reason', () => {
    expect(why(Buffer.from('x = "\xe9"\n', 'latin1'))).toContain('it is not UTF-8 and names no other encoding');
    expect(why(Buffer.from('# coding: ascii\nx = "\xe9"\n', 'latin1'))).toContain('it is not ascii');
    expect(why(Buffer.from('# coding: shift_jis\n', 'latin1'))).toContain('it is in shift_jis');
    expect(why(Buffer.from('# coding: nonsense\n'))).toContain('it is in nonsense');
    expect(why(Buffer.from('\ufeffx = 1', 'utf16le'))).toContain('UTF-16');
    expect(why(Buffer.from('\ufeff# coding: latin-1\n'))).toContain('byte order mark');
  });

  test('letters of several bytes, one of which may be a backslash, are read', () => {
    // 表 and ソ in Shift-JIS, 功 in Big5: their second byte is 0x5c.
    const shiftJis = Buffer.from('# coding: shift_jis\nx = "\x95\x5c\x83\x5c"\n', 'latin1');
    expect(severalBytes(shiftJis)).toBe('# coding: shift_jis\nx = "\u8868\u30bd"\n');
    expect(severalBytes(Buffer.from('# coding: cp932\nx = "\x83\x5c"\n', 'latin1'))).toContain('\u30bd');
    expect(severalBytes(Buffer.from('# coding: big5\nx = "\xa5\x5c"\n', 'latin1'))).toContain('\u529f');
    expect(severalBytes(Buffer.from('# coding: latin-1\nx = "\xa5\x5c"\n', 'latin1'))).toBeNull();
    expect(severalBytes(Buffer.from('# coding: shift_jis\nx = "\xff"\n', 'latin1'))).toBeNull();
  });

  test('back again every byte is what it was, and a mark stays', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', '# coding: latin-1\n', '# coding: cp1252\n', '# coding: cp1253\n', '\ufeff'),
        fc.uint8Array(),
        (head, body) => {
          const bytes = Buffer.concat([Buffer.from(head), body]);
          const source = decodeSource(bytes);
          if (!('why' in source)) expect(source.encode(source.text)).toEqual(bytes);
        },
      ),
    );
    const source = decodeSource(Buffer.from('# coding: latin-1\n'));
    expect('why' in source ? 'refused' : source.encode('\u20ac')).toBeNull();
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  (python ? test : test.skip)('the encoding that is found is the one that tokenize finds', () => {
    const line = fc.constantFrom(
      '',
      '#',
      '# coding: latin-1',
      '  # vim:fileencoding=cp1252',
      'x = 1',
      '# coding=utf-8',
      '#!/bin/x',
      '\f# coding: koi8-r',
      '"""coding: latin-1',
    );
    const sources = fc.sample(fc.array(line, { maxLength: 3 }), 200).map((lines) => `${lines.join('\n')}\n`);
    const program =
      'import sys, json, tokenize, io\nfor l in sys.stdin: print(tokenize.detect_encoding(io.BytesIO(json.loads(l).encode()).readline)[0])';
    const { stdout } = spawnSync('python3', ['-c', program], {
      input: sources.map((text) => JSON.stringify(text)).join('\n'),
      encoding: 'utf8',
    });
    const byte: { [encoding: string]: string } = { 'iso-8859-1': '\u00c1', cp1252: '\u00c1', 'koi8-r': '\u0430' };
    for (const [index, found] of stdout.trim().split('\n').entries()) {
      const text = sources[index] as string;
      const read = textOf(Buffer.concat([Buffer.from(text), Buffer.from([0xc1])]));
      expect([text, read?.slice(text.length) ?? null]).toEqual([text, byte[found] ?? null]);
    }
  });
});

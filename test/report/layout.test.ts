import { describe, expect, test } from '@jest/globals';
import { Chalk } from 'chalk';
import { columnsOf, wrapped } from '../../src/report/layout.ts';
import { table } from '../../src/report/table.ts';
import { cut } from '../../src/report/words.ts';

const plain = new Chalk({ level: 0 });

describe('columns', () => {
  test.each([
    ['abc', 3],
    ['日本語', 6],
    ['😀', 2],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
    ['', 0],
  ])('%j takes %d', (text, columns) => expect(columnsOf(text)).toBe(columns));

  test('lines of wide words are as wide as they may be', () => {
    expect(wrapped('日本 日本 日本', 9)).toEqual(['日本 日本', '日本']);
    expect(wrapped('ab cd', 5)).toEqual(['ab cd']);
  });

  test('a cell of wide characters is neither cut off nor pushes the next', () => {
    const lines = table(
      ['Name', 'Value', 'From'],
      [
        ['日本語', '1', 'a'],
        ['abc', '22', '日本語'],
      ],
      plain,
      80,
    );
    const [head = '', ...rows] = lines;
    expect(rows.map((row) => columnsOf(row.slice(0, row.search(/\S+\s*$/))))).toEqual([
      columnsOf(head.slice(0, head.indexOf('From'))),
      columnsOf(head.slice(0, head.indexOf('From'))),
    ]);
    expect(lines.join('\n')).toContain('日本語');
    expect(lines.join('\n')).not.toContain('…');
  });

  test('a text is not cut within a character', () => {
    expect(cut('abc😀def', 5)).toBe('abc…');
    expect(cut('abc😀def', 6)).toBe('abc😀…');
  });
});

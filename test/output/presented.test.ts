import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { workflowCommand } from '../../src/escape/github.ts';
import { md } from '../../src/escape/markdown.ts';
import {
  asCommands,
  asJson,
  asLine,
  asMarkdown,
  asPage,
  asPatch,
  asSnippet,
  asText,
} from '../../src/output/presented.ts';
import { ACTED_ON, hostile } from '../escape/hostile.ts';
import { commandOf } from '../escape/workflow-commands.ts';

const lines = (text: string): string[] => text.split('\n');

describe('what is printed', () => {
  test('of data nothing is acted on, neither of its texts nor of its keys, and no line begins within', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (data) => {
        const entries = (shown: typeof data): string[] => Object.entries(shown).map(([key, text]) => `${key} ${text}`);
        const { text } = asText(data, (shown) => entries(shown).join('\n'));
        for (const line of lines(text)) {
          expect(line).not.toMatch(ACTED_ON);
          expect(commandOf(line)).toBe(null);
        }
        // Keys that look the same are one.
        if (Object.keys(data).length > 0) expect(lines(text).length).toBeLessThanOrEqual(Object.keys(data).length);
      }),
      { numRuns: 500 },
    );
  });

  test('the colours of a renderer stay, those of the data do not', () => {
    const { text } = asText({ name: '\u001b[31mred' }, ({ name }) => `\u001b[32m${name}\u001b[39m\n`);
    expect(text).toBe('\u001b[32m\\x1b[31mred\u001b[39m\n');
  });

  test('by every other way no line is obeyed either', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const ways = [
          asLine(text),
          asPage(text),
          asMarkdown(md`${text}`),
          asPatch(text),
          asSnippet('A=1\n'),
          asJson(text),
        ];
        for (const { text: shown } of ways) {
          for (const line of lines(shown)) {
            expect(stripVTControlCharacters(line).replaceAll('\t', '')).not.toMatch(ACTED_ON);
            expect(commandOf(line)).toBe(null);
          }
        }
        expect(lines(asLine(text).text)).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what each form lets pass', () => {
  test('text for people: as it was rendered, and of the data nothing that is acted on, unless another way is named', () => {
    expect(asText({ a: ['x\ny'] }, ({ a }) => `<${a[0]}>\n`).text).toBe('<x\\ny>\n');
    expect(asText({ 'k\n': 1 }, (data) => Object.keys(data).join()).text).toBe('k\\n');
    expect(asText('a', (text) => `${text}\u0007\n`, String).text).toBe('a\\x07\n');
    expect(asText('a\nb', String, String).text).toBe('a\nb');
  });

  test('pages: lines and colours', () => {
    expect(asPage('\u001b[1;31mbold\u001b[0m\n\u001b[2Jno\n::x\n').text).toBe(
      '\u001b[1;31mbold\u001b[0m\n\\x1b[2Jno\n\\x3a:x\n',
    );
    expect(asPage('\u001b[mplain').text).toBe('\u001b[mplain');
    expect(asPage(`\u001b[${'1'.repeat(21)}m`).text).toBe(`\\x1b[${'1'.repeat(21)}m`);
  });

  test('a line: one, whatever is in it', () => {
    expect(asLine('a\n\u001b[31mb').text).toBe('a\\n\\x1b[31mb\n');
    expect(asLine('::error::x').text).toBe('\\x3a:error::x\n');
  });

  test('a patch: tabs and lines; a snippet: lines', () => {
    expect(asPatch('+\ta\r\n-b\u0007\n').text).toBe('+\ta\\r\n-b\\x07\n');
    expect(asPatch('::x\n##[y').text).toBe('\\x3a:x\n#\\x23[y');
    expect(asSnippet('A=1\n\tB\n').text).toBe('A=1\n\\tB\n');
  });

  test('Markdown and commands as they were put together, and JSON', () => {
    expect(asMarkdown(md`# ${'a'}\n`).text).toBe('# a\n');
    expect(asMarkdown(md`::x`).text).toBe('\\x3a:x');
    const command = workflowCommand({ level: 'notice', properties: { line: 1 }, message: 'm' });
    expect(asCommands(command).text).toBe('::notice line=1::m\n');
    expect(asJson({ a: '\u202e' }).text).toBe('{\n  "a": "\\u202e"\n}\n');
  });
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { md } from '../../src/escape/markdown.ts';
import { asJson, asLine, asMarkdown, asPage, asPatch, asSnippet, asText } from '../../src/output/presented.ts';
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

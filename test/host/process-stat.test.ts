import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasEnded, processStat } from '../../src/host/process-stat.ts';
import { numbersBelow } from '../../src/host/process-tree.ts';

/** A line as Linux writes it: what follows the name is numbers and one letter. */
const line = (name: string, state: string, parent: number, began: number): string =>
  `4242 (${name}) ${state} ${parent} 1 1 0 -1 4194560 7 0 0 0 74 90 0 0 10 -10 13 0 ${began} 41447424 2777 18446744073709551615 1 0\n`;

/** What a program may call itself, as bytes. */
const names = fc.uint8Array({ maxLength: 15 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0)));

describe('a line of proc(5), stat', () => {
  test('is taken apart, whatever the name holds and however it was decoded', () => {
    fc.assert(
      fc.property(
        fc.oneof(names, fc.constantFrom(') R 1 2', '((', '))) S 0 ', '', ' ', 'a\n4242 (b) S 1').map(Buffer.from)),
        fc.constantFrom(...'RSDTtZXxIP'),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('utf8', 'latin1'),
        (name, state, parent, began, encoding) => {
          const bytes = Buffer.concat([
            Buffer.from('4242 ('),
            name,
            Buffer.from(line(')', state, parent, began).slice(7)),
          ]);
          expect(processStat(bytes.toString(encoding))).toEqual({
            name: name.toString(encoding),
            state,
            parent,
            began: String(began),
            used: { own: 164, children: 0 },
          });
        },
      ),
    );
  });

  test('when it began is exact beyond what a number can hold', () => {
    const far = line('x', 'S', 1, 7).replace(' 7 41447424', ' 9007199254740993 41447424');
    expect(processStat(far)?.began).toBe('9007199254740993');
  });

  test('what ends with it has no newline in it', () => {
    expect(processStat(`${line('x', 'S', 1, 55).split(' 55 ')[0]} 55\n`)?.began).toBe('55');
  });

  test('anything else is no such line', () => {
    const whole = line('python', 'S', 1, 55);
    for (let length = 0; length <= whole.indexOf(' 55 '); length++)
      expect(processStat(whole.slice(0, length))).toBeNull();
    for (const other of [whole.replace('S 1 ', 'S one '), whole.replace(' 55 ', ' x '), whole.replace('(', ''), '\0']) {
      expect(processStat(other)).toBeNull();
    }
    fc.assert(fc.property(fc.string(), (text) => expect(processStat(text)).toBeNull()));
  });

  test('one that waits for its parent, or is just going, has ended', () => {
    expect([...'RSDTtZXxIP'].filter((state) => hasEnded({ state }))).toEqual(['Z', 'X', 'x']);
  });
});

describe('the numbers below a process', () => {
  test('are those from which the parents lead to it, though the list has a cycle', () => {
    const parents = fc.array(fc.nat({ max: 40 }), { minLength: 41, maxLength: 41 });
    fc.assert(
      fc.property(parents, fc.nat({ max: 40 }), (given, top) => {
        const leadsTo = (pid: number): boolean => {
          let at = given[pid] as number;
          for (let steps = 0; steps < 41 && at !== top; steps++) at = given[at] as number;
          return at === top;
        };
        const wanted = given.map((_, pid) => pid).filter((pid) => pid !== top && leadsTo(pid));
        const found = numbersBelow(
          top,
          given.map((parent, pid) => [pid, parent] as const),
        );
        expect([...found].sort((a, b) => a - b)).toEqual(wanted);
      }),
    );
  });
});

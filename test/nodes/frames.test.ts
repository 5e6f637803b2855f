import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader, framesOf, unpacked } from '../../src/nodes/frames.ts';

/** What comes of output that arrives in pieces. */
function texts(pieces: readonly string[]): (string | null)[] {
  const found: (string | null)[] = [];
  const reader = new FrameReader((packed) => found.push(unpacked(packed)));
  for (const piece of pieces) reader.push(piece);
  return found;
}

/** Pieces of all sizes. */
function torn(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

describe('texts of many tasks in one output', () => {
  test('come out whole, however their lines are mixed, labelled and torn, and whatever stands between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 5000 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 50 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 10 }),
        fc.array(fc.constantFrom('', 'a line of a prolog', '~lk1 no frame', '~lk1 a 1/0 x', '3: ~lk1 b 2/1 aa'), {
          maxLength: 5,
        }),
        (wanted, order, sizes, noise) => {
          const queues = wanted.map((text, task) => framesOf(`id${task}`, text).map((line) => `${task}: ${line}`));
          const lines: string[] = [];
          for (let turn = 0; queues.some(({ length }) => length > 0); turn++) {
            const left = queues.filter(({ length }) => length > 0);
            lines.push((left[(order[turn % order.length] ?? 0) % left.length] as string[]).shift() as string);
            if (noise.length > 0) lines.push(noise[turn % noise.length] as string);
          }
          expect(texts(torn(`${lines.join('\n')}\n`, sizes)).sort()).toEqual([...wanted].sort());
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a line is short enough for Slurm to hand it on in one piece, its label included', () => {
    const lines = framesOf('0123456789abcdef', 'x'.repeat(50_000) + Math.random());
    const noise = framesOf('0123456789abcdef', Array.from({ length: 20_000 }, () => Math.random()).join());
    expect(noise.length).toBeGreaterThan(100);
    for (const line of [...lines, ...noise]) expect(`123456789: ${line}\n`.length).toBeLessThan(1024);
  });

  test('a text that lacks a line, or has another in its place, never comes', () => {
    const lines = framesOf('a', Array.from({ length: 2000 }, () => Math.random()).join());
    const reader = new FrameReader(() => {
      throw new Error('it came');
    });
    reader.push(`${[...lines.slice(0, 3), ...lines.slice(4)].join('\n')}\n`);
    expect(
      texts([`${lines.slice(1).join('\n')}\n${(lines[0] as string).replace(/.{50}$/, 'A'.repeat(50))}\n`]),
    ).toEqual([null]);
  });

  test('the same text twice comes once', () => {
    const lines = framesOf('a', 'text');
    expect(texts([`${[...lines, ...lines].join('\n')}\n`])).toEqual(['text']);
  });

  test('what unfolds into more than any answer is none', () => {
    expect(texts([`${framesOf('a', ' '.repeat(9 * 1024 * 1024)).join('\n')}\n`])).toEqual([null]);
  });

  test('a line without an end is not kept', () => {
    const reader = new FrameReader(() => {});
    for (let turn = 0; turn < 1000; turn++) reader.push('x'.repeat(10_000));
    expect(JSON.stringify(reader).length).toBeLessThan(10_000);
  });
});

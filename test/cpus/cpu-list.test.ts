import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList, intersection, parseCpuList } from '../../src/cpus/cpu-list.ts';

const part = fc.record({
  first: fc.nat(300),
  more: fc.nat(40),
  used: fc.integer({ min: 1, max: 5 }),
  unused: fc.nat(4),
  form: fc.constantFrom('one', 'range', 'stride'),
});

test('a list names the CPUs that the kernel would take from it', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.constantFrom('', ' ', '\n'), (parts, blank) => {
      const wanted = new Set<number>();
      const texts = parts.map(({ first, more, used, unused, form }) => {
        const last = form === 'one' ? first : first + more;
        const group = used + unused;
        for (let cpu = first; cpu <= last; cpu++) {
          if (form !== 'stride' || (cpu - first) % group < used) wanted.add(cpu);
        }
        return form === 'one' ? `${first}` : `${first}-${last}${form === 'stride' ? `:${used}/${group}` : ''}`;
      });
      expect(parseCpuList(`${blank}${texts.join(`,${blank}`)}${blank}`)).toEqual(wanted);
    }),
  );
});

test('it is written in the shortest form: no two ranges touch, and they ascend', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60), { maxLength: 50 }), (cpus) => {
      const text = formatCpuList(new Set(cpus));
      const ends = text === '' ? [] : text.split(',').map((range) => range.split('-').map(Number));
      for (const range of ends) if (range.length === 2) expect(range[0]).toBeLessThan(range[1] ?? 0);
      for (const [index, range] of ends.entries()) {
        if (index > 0) expect(range[0]).toBeGreaterThan((ends[index - 1]?.at(-1) ?? 0) + 1);
      }
      expect(parseCpuList(text)).toEqual(new Set(cpus));
    }),
  );
});

test.each([
  ['the last number of a CPU', '65535', [65_535]],
  ['a range of one', '3-3', [3]],
  ['a group as large as what is used of it', '0-3:2/2', [0, 1, 2, 3]],
  ['leading zeros', '0000001', [1]],
  ['nothing but blanks', ' \n', []],
])('%s: %j', (_, text, cpus) => {
  expect([...(parseCpuList(text) ?? [])]).toEqual(cpus);
});

test.each([
  ['beyond every kernel', '65536'],
  ['a range beyond', '65535-65536'],
  ['a range that runs backwards', '4-3'],
  ['nothing of a group', '0-3:0/2'],
  ['more than the group', '0-3:3/2'],
  ['a group of a single CPU', '0:1/2'],
  ['half a stride', '0-3:1'],
  ['text before', 'x0'],
  ['text behind', '0x'],
  ['two blanks apart', '0 1'],
  ['an empty part', '0,,1'],
  ['eight digits', '00000001'],
  ['eight digits at the end', '0-00000001'],
  ['the same CPUs again and again', Array.from({ length: 10 }, () => '0-65535').join(',')],
])('%s is no list', (_, text) => {
  expect(parseCpuList(text)).toBeNull();
});

test('some CPUs may be named twice', () => {
  expect(parseCpuList(Array.from({ length: 3 }, () => '0-65535').join(','))?.size).toBe(65_536);
});

test('an intersection holds what both hold', () => {
  const set = fc.uniqueArray(fc.nat(20)).map((cpus) => new Set(cpus));
  fc.assert(
    fc.property(set, set, (a, b) => {
      const both = intersection(a, b);
      for (let cpu = 0; cpu <= 20; cpu++) expect(both.has(cpu)).toBe(a.has(cpu) && b.has(cpu));
    }),
  );
});

import fc from 'fast-check';

/** Environments as people write them, well and badly. */

const space = fc.constantFrom('', '', '', ' ', '\t');
const number = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '-1', '+1', '01', '0x1', '08', '63', '64', '70000', 'x', '18446744073709551616'),
  },
);
const spaced = (of: fc.Arbitrary<string>) => fc.tuple(space, of, space).map((parts) => parts.join(''));
const times = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: spaced(number).map((length) => `:${length}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(spaced(number), spaced(fc.constantFrom('1', '2', '-1', '0', '-2', '', '100')))
      .map(([length, stride]) => `:${length}:${stride}`),
  },
);
const member = fc.tuple(fc.constantFrom('', '', '', '!'), spaced(number), times).map((parts) => parts.join(''));
const place = fc
  .tuple(
    space,
    fc.constantFrom('', '', '', '', '!', '! '),
    fc.array(member, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('}', '}', '}', '}', '} ', ''),
    times,
  )
  .map(([before, removed, members, end, copies]) => `${before}${removed}{${members.join(',')}${end}${copies}`);
const level = fc
  .tuple(
    fc.constantFrom('threads', 'cores', 'sockets', 'CORES', 'Threads', 'll_caches', 'numa_domains', 'bogus', ' cores'),
    fc.oneof(
      fc.constant(''),
      spaced(number).map((count) => ` (${count})`),
      fc.constantFrom('x', '(', '(1', '(1)x'),
    ),
  )
  .map((parts) => parts.join(''));

export const places: fc.Arbitrary<string> = fc.oneof(
  level,
  fc.array(place, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
  fc.constantFrom('', ' ', '0', '{0},', '{}'),
);

const policy = fc.constantFrom('true', 'false', 'close', 'spread', 'master', 'primary', 'TRUE', 'Close', 'on', '1', '');
export const procBind: fc.Arbitrary<string> = fc.oneof(
  spaced(policy),
  fc.array(spaced(policy), { minLength: 2, maxLength: 3 }).map((list) => list.join(',')),
);

const range = fc.oneof(
  { weight: 3, arbitrary: number },
  { weight: 2, arbitrary: fc.tuple(number, number).map(([first, last]) => `${first}-${last}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(number, number, number).map(([first, last, stride]) => `${first}-${last}:${stride}`),
  },
);
export const cpuAffinity: fc.Arbitrary<string> = fc
  .array(fc.tuple(range, fc.constantFrom(',', ' ', ', ', '  ', ';')), { minLength: 0, maxLength: 4 })
  .map((parts) => parts.map(([text, separator], index) => `${index > 0 ? separator : ''}${text}`).join(''));

/** Any of the variables, set or not. */
export const environment: fc.Arbitrary<{ [name: string]: string }> = fc
  .record({ OMP_PROC_BIND: procBind, OMP_PLACES: places, GOMP_CPU_AFFINITY: cpuAffinity }, { requiredKeys: [] })
  .filter((env) => Object.keys(env).length > 0);

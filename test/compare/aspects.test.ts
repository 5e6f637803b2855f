import { describe, expect, test } from '@jest/globals';
import { asApart, asNoun, deciding } from '../../src/compare/aspects.ts';
import type { Digest } from '../../src/compare/digest.ts';

const PLAIN: Digest = {
  lenskit: '2025.8.1',
  generation: '2025.3',
  hasPython: true,
  python: { version: '3.11', implementation: 'CPython', freeThreaded: false, startMethod: 'fork' },
  cpus: { effective: 4, limitedBy: 'none', quota: null, counted: 4 },
  settings: [],
  share: null,
  libraries: [],
  plan: '[1]',
  findings: [],
};
type Part = { [key in keyof Digest]?: Digest[key] extends object ? Partial<Digest[key]> : Digest[key] };

const digest = ({ python = {}, cpus = {}, ...rest }: Omit<Part, 'settings' | 'libraries' | 'findings'> & Lists = {}) =>
  ({ ...PLAIN, ...rest, python: { ...PLAIN.python, ...python }, cpus: { ...PLAIN.cpus, ...cpus } }) as Digest;
type Lists = Partial<Pick<Digest, 'settings' | 'libraries' | 'findings'>>;

/** What decides between two, as it is said of each. */
const said = (a: Parameters<typeof digest>[0], b: Parameters<typeof digest>[0]) =>
  deciding(digest(a), digest(b)).map(({ about, a: own, b: other }) => `${about}: ${asNoun(own)} | ${asNoun(other)}`);

describe('what decides between two machines', () => {
  test.each<[string, Parameters<typeof digest>[0], Parameters<typeof digest>[0], string[]]>([
    ['nothing', {}, {}, []],
    [
      'a cpuset',
      { cpus: { effective: 2, limitedBy: 'cpuset' } },
      { cpus: { effective: 1, limitedBy: 'isolated' } },
      ['cpus: a cpuset of 2 CPUs | 1 CPU beside isolated ones'],
    ],
    [
      'a quota to a thousandth',
      { cpus: { effective: 2, limitedBy: 'quota', quota: 1.23456 } },
      { cpus: { effective: 2, limitedBy: 'affinity' } },
      ['cpus: a quota of 1.235 CPUs | an affinity of 2 CPUs'],
    ],
    [
      'what LensKit counts, where nothing else of the CPUs differs',
      {},
      { cpus: { counted: 1 } },
      ['cpus: 4 CPUs, of which LensKit counts 4 | 4 CPUs, of which LensKit counts 1'],
    ],
    ['no count', {}, { cpus: { counted: null } }, ['cpus: 4 CPUs, of which LensKit counts 4 | 4 CPUs']],
    [
      'a share of the node before another Python',
      { share: 2 },
      { python: { version: '3.12' } },
      ['share: a share of 2 CPUs | no share of its node', 'python: Python 3.11 | Python 3.12'],
    ],
    ['shares', { share: 2 }, { share: 1 }, ['share: a share of 2 CPUs | a share of 1 CPU']],
    ['no Python', {}, { lenskit: null, hasPython: false }, ['lenskit: LensKit 2025.8.1 | no Python']],
    ['Python without LensKit', {}, { lenskit: null }, ['lenskit: LensKit 2025.8.1 | no LensKit']],
    [
      'rules that are only assumed',
      { lenskit: '2025.3', generation: '2025.3' },
      {},
      ['lenskit: the rules of LensKit 2025.3 | LensKit 2025.8.1'],
    ],
    ['PyPy', {}, { python: { implementation: 'PyPy', version: '3.10' } }, ['python: Python 3.11 | PyPy 3.10']],
    ['no GIL', {}, { python: { freeThreaded: true } }, ['python: Python 3.11 | Python 3.11, free-threaded']],
    [
      'how processes start',
      {},
      { python: { startMethod: 'spawn' } },
      ['python: Python 3.11 that starts processes by fork | Python 3.11 that starts processes by spawn'],
    ],
    [
      'a Python that is not known',
      {},
      { python: { version: null } },
      ['python: Python 3.11 | no Python that is known'],
    ],
    [
      'settings in another order',
      {
        settings: [
          ['A', '1'],
          ['B', '2'],
        ],
      },
      {
        settings: [
          ['B', '2'],
          ['A', '1'],
        ],
      },
      ['settings: the same in another order | the same in another order'],
    ],
    [
      'one that is set here alone',
      {
        settings: [
          ['A', '1'],
          ['B', '2'],
        ],
      },
      { settings: [['A', '1']] },
      ['settings: B=2 | no B'],
    ],
    [
      'libraries in another order',
      { libraries: ['MKL', 'BLIS'] },
      { libraries: ['BLIS', 'MKL'] },
      ['libraries: the same libraries in another order | the same libraries in another order'],
    ],
    ['a library less', { libraries: ['MKL', 'BLIS'] }, { libraries: ['MKL'] }, ['libraries: BLIS | no BLIS']],
    [
      'settings, where the rules are others, say nothing',
      { settings: [['A', '1']] },
      { lenskit: '2026.4.0', generation: '2026.1' },
      ['lenskit: LensKit 2025.8.1 | LensKit 2026.4.0'],
    ],
    [
      'settings of another release with the same rules do',
      { settings: [['A', '1']] },
      { lenskit: '2025.7.0' },
      ['settings: A=1 | no A', 'lenskit: LensKit 2025.8.1 | LensKit 2025.7.0'],
    ],
    [
      'what is beside a LensKit that is missing does not, but for the CPUs',
      { cpus: { effective: 2 }, python: { version: '3.12' }, settings: [['A', '1']], share: 2, libraries: ['MKL'] },
      { lenskit: null },
      ['lenskit: LensKit 2025.8.1 | no LensKit', 'cpus: 2 CPUs | 4 CPUs'],
    ],
    [
      'findings, where nothing else does',
      { findings: ['fail a/b', 'warn c/d'] },
      { findings: ['warn c/d'] },
      ['outcome: a/b | no a/b'],
    ],
    ['another plan', { plan: '[2]' }, {}, ['outcome: another plan | another plan']],
    [
      'findings are not said beside what leads to them',
      { share: 1, findings: ['fail a/b'] },
      {},
      ['share: a share of 1 CPU | no share of its node'],
    ],
  ])('%s', (_, a, b, expected) => expect(said(a, b)).toEqual(expected));

  test('is said of one among many as what it has, or has not', () => {
    const [cause] = deciding(digest({ share: 1 }), digest());
    expect(cause && [asApart(cause.a), asApart(cause.b)]).toEqual([
      'with a share of 1 CPU',
      'without share of its node',
    ]);
  });
});

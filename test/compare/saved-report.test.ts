import { describe, expect, test } from '@jest/globals';
import type { Compared } from '../../src/compare/compared.ts';
import { pairOf } from '../../src/compare/pair.ts';
import { savedReport } from '../../src/compare/saved-report.ts';
import type { Report } from '../../src/documents/doctor-report.ts';
import { renderJson } from '../../src/escape/json.ts';
import { on } from '../lenskit-0.14-machine.ts';
import { machine, quota, report } from '../machine.ts';

type Json = { [key: string]: unknown };
const written = (made: Report): Json => JSON.parse(renderJson(made)) as Json;
const read = (document: unknown): Compared => savedReport(document, 'r.json');

const REPORTS: [string, Report][] = [
  ['2025', report(machine())],
  ['2025.2', report(machine({ lenskit: '2025.2.0', env: { LK_NUM_CHILD_THREADS: '2' } }))],
  ['2026 with Ray', report(machine({ lenskit: '2026.4.0', env: { LK_USE_RAY: '1' } }))],
  ['0.14', report(on({ NUMBA_NUM_THREADS: '2' }))],
  ['a quota', report(machine({ quotas: [quota(150_000)] }))],
  ['no LensKit', report(machine({ lenskit: null }))],
  ['unknown rules', report(machine({ lenskit: '0.9.0' }))],
  ['a refused configuration', report(machine({ env: { LK_NUM_THREADS: 'x' } }))],
  ['what-if', report(machine(), { cpus: 8, params: { threads: [2, 1] } })],
];

test.each(REPORTS)('%s: as lk doctor --json prints it, it differs in nothing from what was printed', (_, made) => {
  const compared = read(written(made));
  const named = { name: 'r', file: 'r.json', host: null, from: 'report' as const };
  const { causes, differences, moves, findings, recommendation } = pairOf(
    { ...named, compared },
    { ...named, compared: made },
  );
  expect({ causes, differences, moves, findings, recommendation }).toEqual({
    causes: [],
    differences: [],
    moves: [],
    findings: [],
    recommendation: null,
  });
});

describe('what is no report', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /neither a snapshot nor a report; write one with lk doctor --snapshot FILE/],
    ['a list', [], /neither/],
    ['another document', { schemaVersion: 1, program: { name: 'lk' }, trials: [] }, /neither/],
    [
      'an error',
      { schemaVersion: 1, error: { type: 'FlagError', message: 'no such file' } },
      /holds an error of lk: no such file/,
    ],
    [
      'a later version',
      { ...written(report(machine())), schemaVersion: 7 },
      /a report of version 7, and this program reads version 1/,
    ],
    [
      'a status nobody knows',
      { ...written(report(machine())), checks: [{ id: 'a/b', status: 'x', title: '' }] },
      /checks.0.status is not what/,
    ],
    [
      'an id with a line break',
      { ...written(report(machine())), checks: [{ id: 'a/b\nc', status: 'fail', title: '' }] },
      /checks.0.id is not/,
    ],
  ])('%s', (_, document, message) => {
    expect(() => read(document)).toThrow(message);
  });

  test.each([
    [{ env: { LD_PRELOAD: '/tmp/x.so' } }],
    [{ env: { PATH: '/tmp' } }],
    [{ env: { LK_NUM_THREADS: '$(id)' } }],
    [{ unset: ['PATH'] }],
    [{ unset: ['LK_NUM_PROCS; rm -rf ~'] }],
    [{ parameters: { 'processes=1); import os #': 1 } }],
  ])('advice that no report gives is not shown as a line to paste: %j', (part) => {
    const document = written(report(machine()));
    document.recommendation = { ...(document.recommendation as Json), ...part };
    expect(() => read(document)).toThrow(/recommendation\..* is not what a report of lk doctor holds/);
  });
});

import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import { examine } from '../../src/checks/examine.ts';
import { exitStatus } from '../../src/commands/exit-status.ts';
import { reportOf } from '../../src/doctor/diagnose.ts';
import { renderJson } from '../../src/escape/json.ts';
import { renderGithub } from '../../src/report/github.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderText } from '../../src/report/text.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { situate } from '../../src/situation/situate.ts';
import { expectValid } from '../cli.ts';
import { machine, PROGRAM } from '../machine.ts';

const crashing = {
  id: 'cpu/throttled',
  title: 'never',
  run() {
    throw new TypeError('x.y is not a function');
  },
};
const situation = situate(machine(), NO_QUESTION);
const checks = CHECKS.map((check) => (check.id === crashing.id ? crashing : check));
const report = reportOf(situation, examine(situation, checks), PROGRAM);

describe('a check that crashes', () => {
  test('has a status of its own, is counted, and is not the end of the others', () => {
    expect(report.checks).toHaveLength(CHECKS.length);
    expect(report.checks.filter(({ status }) => status === 'error')).toEqual([
      {
        id: 'cpu/throttled',
        status: 'error',
        title: 'this check failed itself, please report it: x.y is not a function',
        detail: null,
        evidence: [],
        fix: null,
      },
    ]);
    expect(report.summary.error).toBe(1);
    const counts = Object.values(report.summary).reduce((sum, count) => sum + count, 0);
    expect(counts).toBe(CHECKS.length);
  });

  test.each([null, 'text', undefined, { message: 1 }])('also one that throws %j', (thrown) => {
    const [result] = examine(situation, [
      {
        ...crashing,
        run() {
          throw thrown;
        },
      },
    ]);
    expect(result).toMatchObject({ status: 'error', title: expect.any(String) });
  });

  test('is shown in every format', () => {
    const text = renderText(report, { color: false, width: 80, verbose: false });
    expect(text).toMatch(/^‼ cpu\/throttled +this check failed itself, please report it: x\.y/m);
    expect(text).toMatch(/^1 check failed itself, /m);
    expect(renderMarkdown(report).text).toContain('`cpu/throttled` this check failed itself');
    expect(renderGithub(report).text).toContain('::error title=lk cpu/throttled::this check failed itself');
    const document: unknown = JSON.parse(renderJson(report));
    expectValid(document);
    expect(document).toMatchObject({ summary: { error: 1 } });
  });
});

test('the exit status by level', () => {
  const clean = { failures: 0, warnings: 0 };
  const warned = { failures: 0, warnings: 1 };
  const failed = { failures: 1, warnings: 0 };
  const statuses = (level: Parameters<typeof exitStatus>[0]) =>
    [clean, warned, failed].map((found) => exitStatus(level, found));
  expect([statuses('fail'), statuses('warn'), statuses('never')]).toEqual([
    [0, 0, 1],
    [0, 1, 1],
    [0, 0, 0],
  ]);
});

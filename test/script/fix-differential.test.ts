import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { fixScript } from '../../src/script/fix.ts';
import { judgeScript, type ScriptReport } from '../../src/script/judge.ts';
import { Modules } from '../../src/script/modules.ts';
import { loadParser } from '../../src/script/parse.ts';
import { sourceOf } from '../../src/script/source.ts';
import { newPython } from './new-python.ts';
import { scripts } from './script-parts.ts';

/** How many scripts are tried. */
const COUNT = Number(process.env.LK_TEST_FIXES ?? 500);
const SEED = Number(process.env.LK_TEST_SEED ?? 16);

const judgement = { spawns: true, modules: new Modules(thisMachine()) };
function judge(text: string): ScriptReport {
  const source = sourceOf(text);
  if ('skipped' in source) throw new Error(source.skipped);
  const report = judgeScript('/nowhere/job.py', source, judgement);
  source.parsed.root.tree.delete();
  return report;
}

interface Run {
  error: string | null;
  output: string;
  log: [string, ...unknown[]][];
  sent: string[];
  names: { [name: string]: string };
}

interface Answer {
  compiled: [before: string | null, after: string | null] | null;
  main: Run;
  same: Run;
  worker: Run;
  component: string | null;
}

const python = newPython();
beforeAll(loadParser);

(python === null ? describe.skip : describe)('scripts of any parts, run before and after (needs Python 3.10)', () => {
  test(`${COUNT} scripts do the same, and nothing where a worker imports them; or are refused`, () => {
    const texts = fc.sample(scripts, { numRuns: COUNT, seed: SEED });
    const refused = new Map<string, number>();
    let idle = 0;
    const fixed = texts.flatMap((text) => {
      const report = judge(text);
      const result = fixScript(text, report, judge);
      if (result.ok) return [{ before: text, after: result.text, isKept: result.kept.length > 0 }];
      if (result.why === 'there is nothing to wrap') idle++;
      const why = result.why.replace(/\d+/g, 'N').replace(/\b(\w)\b/g, 'X');
      refused.set(why, (refused.get(why) ?? 0) + 1);
      return [];
    });
    const input = fixed.map(({ before, after }) => JSON.stringify([before, after])).join('\n');
    const { stdout, stderr } = spawnSync(python as string, ['-I', path.join(__dirname, 'fixed_scripts.py')], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    const answers = stdout.trim().split('\n');
    expect([stderr.slice(-2000), answers.length]).toEqual(['', fixed.length]);
    const failures: unknown[] = [];
    const fail = (found: unknown[], wanted: unknown[]): void => {
      if (JSON.stringify(found) !== JSON.stringify(wanted)) failures.push({ found, wanted });
    };
    let [ran, died] = [0, 0];
    for (const [index, { before, after, isKept }] of fixed.entries()) {
      const { compiled, main, same, worker, component } = JSON.parse(answers[index] as string) as Answer;
      // What Python does not compile is left to it.
      if (compiled !== null) {
        if (compiled[0] === null) expect([before, after, compiled]).toBe('compiled');
        continue;
      }
      fail([before, after, same], [before, after, main]);
      if (main.error !== null) {
        died++;
        continue;
      }
      ran++;
      // What workers look up is made in each of them.
      const again = worker.log.filter(([name]) => !isKept || name === 'recommend');
      const silent = isKept ? '' : worker.output;
      fail([before, after, worker.error, again, silent, component], [before, after, null, [], '', null]);
    }
    if (process.env.LK_TEST_FIXES !== undefined)
      process.stderr.write(
        `${COUNT} scripts: ${fixed.length} fixed (${ran} ran to the end, ${died} raised the same), ${idle} with nothing to wrap, refused:\n${[...refused].map(([why, count]) => `${count}  ${why}`).join('\n')}\n`,
      );
    expect([failures.length, ...failures.slice(0, 2)]).toEqual([0]);
    expect(ran).toBeGreaterThan(COUNT / 5);
    // What is right is not refused, and nothing is repeated without need.
    expect(texts.length - fixed.length - idle).toBeLessThan(COUNT / 25);
    expect(fixed.filter(({ before, isKept }) => isKept && !before.includes('(Component):'))).toEqual([]);
  }, 3_600_000);
});

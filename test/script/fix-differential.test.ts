import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thisMachine } from '../../src/host/open.ts';
import { fixScript } from '../../src/script/fix.ts';
import { judgeScript, type ScriptReport } from '../../src/script/judge.ts';
import { Modules } from '../../src/script/modules.ts';
import { loadParser } from '../../src/script/parse.ts';
import { projectModules } from '../../src/script/project-modules.ts';
import { sourceOf } from '../../src/script/source.ts';
import { newPython } from './new-python.ts';
import { scripts } from './script-parts.ts';

/** How many scripts are tried. */
const COUNT = Number(process.env.LK_TEST_FIXES ?? 500);
const SHOWN = Number(process.env.LK_TEST_SHOWN ?? 2);
const SEED = Number(process.env.LK_TEST_SEED ?? 16);

/** Names that nobody can tell: what workers look up is not known then. */
const DYNAMIC = /\b(exec|eval|globals)\(/;

/** Beside the modules that scripts import. */
const JOB = path.join(__dirname, 'project/job.py');

const judgement = { spawns: true, modules: new Modules(thisMachine()) };
const find = projectModules(JOB, judgement.modules);
function judge(text: string): ScriptReport {
  const source = sourceOf(text);
  if ('skipped' in source) throw new Error(source.skipped);
  const report = judgeScript(JOB, source, judgement);
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
  /** What components give in a worker: where all of the script was run, and where it is fixed. */
  whole: { [name: string]: string };
  component: { [name: string]: string };
}

const python = newPython();
beforeAll(loadParser);

(python === null ? describe.skip : describe)('scripts of any parts, run before and after (needs Python 3.10)', () => {
  test(`${COUNT} scripts do the same, and nothing where a worker imports them; or are refused`, () => {
    const texts = fc.sample(scripts, { numRuns: COUNT, seed: SEED });
    const refused = new Map<string, number>();
    let idle = 0;
    let dynamic = 0;
    const fixed = texts.flatMap((text) => {
      const report = judge(text);
      const result = fixScript(text, report, judge, find);
      if (result.ok) return [{ before: text, after: result.text, isKept: result.kept.length > 0 }];
      if (result.why === 'there is nothing to wrap') idle++;
      if (DYNAMIC.test(text)) dynamic++;
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
      const { compiled, main, same, worker, whole, component } = JSON.parse(answers[index] as string) as Answer;
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
      fail([before, after, worker.error, again, silent], [before, after, null, [], '']);
      for (const [name, value] of Object.entries(component)) {
        const inMain = main.log.filter(([what, one]) => what === 'component' && one === name).map(([, , seen]) => seen);
        if (!inMain.includes(value)) fail([before, after, value], [before, after, whole[name]]);
      }
    }
    if (process.env.LK_TEST_FIXES !== undefined)
      process.stderr.write(
        `${COUNT} scripts: ${fixed.length} fixed (${ran} ran to the end, ${died} raised the same), ${idle} with nothing to wrap, refused:\n${[...refused].map(([why, count]) => `${count}  ${why}`).join('\n')}\n`,
      );
    expect([failures.length, ...failures.slice(0, SHOWN)]).toEqual([0]);
    expect(ran).toBeGreaterThan(COUNT / 5);
    // What is right is not refused, and nothing is repeated without need.
    expect(texts.length - fixed.length - idle - dynamic).toBeLessThan(COUNT / 25);
    const isNeeded = (before: string): boolean => /\(Component\):|sys\.path\.insert/.test(before);
    expect(fixed.filter(({ before, isKept }) => isKept && !isNeeded(before))).toEqual([]);
  }, 3_600_000);
});

import { describe, expect, test } from '@jest/globals';
import { renderJson } from '../../src/escape/json.ts';
import { inert } from '../../src/escape/shell.ts';
import { asText } from '../../src/output/presented.ts';
import { fixLines } from '../../src/report/fix.ts';
import { renderGithub } from '../../src/report/github.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderText } from '../../src/report/text.ts';
import { expectValid } from '../cli.ts';
import { machine, quota, report } from '../machine.ts';

const PLAIN = { color: false, width: 80, verbose: false };
const contained = report(
  machine({
    cpus: 2,
    quotas: [{ ...quota(100_000), cgroup: '/docker/4f', version: 1, file: '/sys/fs/cgroup/cpu/cpu.cfs_quota_us' }],
  }),
);
const hostile = '\u001b[31m"x"\n<script>|`@user` ::error::%0A';
const attacked = report(machine({ env: { LK_NUM_THREADS: hostile, LK_SOMETHING: '…' } }));

describe('text', () => {
  test('a container with a quota', () => {
    expect(renderText(contained, PLAIN)).toBe(`LensKit 2025.8.1 · Python 3.11.7 (venv) · rules 2025.3

CPUs  1 effective    2 online → 2 by affinity → 1.0 by cgroup quota (/docker/4f,
      cpu.cfs_quota_us)
      LensKit counts 2 (effective_cpu_count()): it reads affinity, not quotas

 Knob                    Main  Worker  From
 LK_NUM_PROCS               2       1  default min(2 CPUs, 4)
 LK_NUM_THREADS             2       2  default min(2 CPUs, 8)
 LK_NUM_BACKEND_THREADS     1       1  default max(min(2 ÷ 2, 4), 1)
 training                   2          busy on 1 CPU: 2.0×; 1 with user-knn,
                                       flexmf-implicit, flexmf-explicit, …
 inference in process       1          busy on 1 CPU: 1.0×
 inference in workers       2          2 workers, busy on 1 CPU: 2.0×

✗ cpu/quota-ignored    LensKit will start 2 busy threads where 1 CPU is allowed
! plan/oversubscribed  2 busy threads on 1 CPU: 2.0 for each
! plan/worker-start    2 workers cost about 9 s at every batch, and never pay on
                       1 CPU
  fix   export LK_NUM_PROCS=1 LK_NUM_THREADS=1 LK_NUM_BACKEND_THREADS=1

1 failed, 2 warnings, 2 notes, 51 passed, 14 skipped
lk explain cpu/quota-ignored · lk bench batch · lk doctor --verbose
`);
  });

  test.each([40, 63, 64, 80, 120])('no line but a command to paste is wider than %d columns', (width) => {
    for (const verbose of [false, true]) {
      const lines = renderText(contained, { color: false, width, verbose }).split('\n');
      const tooWide = lines.filter(
        (line) => line.length > width && !/^ {2}(fix| {3}) {3}/.test(line) && line.trim().includes(' '),
      );
      expect(tooWide).toEqual([]);
    }
  });

  test('verbose lists every check and every place of every knob', () => {
    const text = renderText(contained, { ...PLAIN, verbose: true });
    for (const { id } of contained.checks) expect(text).toContain(id);
    for (const knob of contained.knobs) expect(text).toContain(knob.env);
    expect(text).toContain('documented for workers: min(NCPUS // LK_NUM_PROCS, 4) = 1');
  });

  test('what was measured, requested, and cannot be seen, at the first look', () => {
    const around = {
      surroundings: ['Kubernetes', 'WSL'],
      gpus: null,
      request: { cpus: null, either: { since: 1, before: 2.55 }, file: '/sys/fs/cgroup/cpu.weight' },
    };
    const share = { ok: true, loops: 4, got: 0.52, seconds: 1, idle: 3.4, stolen: 0, stopped: null } as const;
    const shown = report({ ...machine({ machine: around }), cpuShare: share });
    expectValid(JSON.parse(renderJson(shown)));
    expect(renderText(shown, { ...PLAIN, width: 160 })).toContain(
      `      in Kubernetes, WSL; 1 CPU requested, or 2.55 if the runtime is older than runc 1.3.2 (cpu.weight); whether there are GPUs cannot be seen
      observed 0.5 CPUs of 4, by busy loops
`,
    );
    const busy = report({ ...machine(), cpuShare: { ...share, got: 2.5, idle: 0 } });
    expect(renderText(busy, PLAIN)).toContain('      observed 2.5 CPUs of 4: other work on this machine had 1.5\n');
    const requested = report(machine({ machine: { request: { cpus: 2, either: null, file: '/cg/cpu.shares' } } }));
    expect(renderText(requested, PLAIN)).toContain('      2 CPUs requested (cpu.shares)\n');
  });

  test('colour only where it is asked for', () => {
    expect(renderText(contained, { ...PLAIN, color: true })).toContain('\u001b[');
    expect(renderText(contained, PLAIN)).not.toContain('\u001b');
  });

  test("a user's value brings no control characters to the terminal", () => {
    const escapeCharacter = String.fromCharCode(27);
    const { text } = asText(attacked, (shown) => renderText(shown, { ...PLAIN, verbose: true }));
    expect(text).not.toContain(escapeCharacter);
  });
});

describe('markdown', () => {
  test('has the plan, the finding and the fix', () => {
    const text = renderMarkdown(contained).text;
    expect(text).toContain('| `LK_NUM_PROCS` | 2 | 1 | `default min(2 CPUs, 4)` |');
    expect(text).toMatch(
      /^- ❌ `cpu\/quota-ignored` LensKit will start 2 busy threads.* \(\[more\]\(https:\/\/[\w./-]+\/checks\/cpu\/quota-ignored\/\)\)$/m,
    );
    expect(text).toContain('```sh\nexport LK_NUM_PROCS=1 LK_NUM_THREADS=1 LK_NUM_BACKEND_THREADS=1\n```');
  });

  test("a user's value starts no HTML, mention or table cell", () => {
    const text = renderMarkdown(attacked).text.replace(/(`+)[^`].*?\1/g, '');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('@user');
  });
});

describe('github', () => {
  test('one annotation a finding, on one line each', () => {
    const lines = renderGithub(contained).text.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^::notice title=lk config\/documentation-differs::/),
      '::error title=lk cpu/quota-ignored::LensKit will start 2 busy threads where 1 CPU is allowed%0Aa cgroup quota allows 1 CPU; LensKit counts 2 (it reads affinity, not quotas)%0Afix: export LK_NUM_PROCS=1 LK_NUM_THREADS=1 LK_NUM_BACKEND_THREADS=1',
      expect.stringMatching(/^::warning title=lk plan\/oversubscribed::/),
      expect.stringMatching(
        /^::warning title=lk plan\/worker-start::2 workers cost about \d+ s at every batch, and never pay on 1 CPU%0A.*%0Afix: export LK_NUM_PROCS=1 /,
      ),
      expect.stringMatching(/^::notice title=lk python\/start-method::/),
    ]);
  });

  test("a user's value starts no command of its own", () => {
    for (const line of renderGithub(attacked).text.trimEnd().split('\n'))
      expect(line).toMatch(/^::(error|warning|notice) title=lk [a-z/-]+::[^\r\n]*$/);
  });
});

describe('json', () => {
  test('is valid by the schema, whatever is set', () => {
    for (const document of [
      contained,
      attacked,
      report(machine({ lenskit: '0.10.0' })),
      report(machine({ lenskit: '0.14.4', env: { LK_NUM_PROCS: '2' } })),
      report(machine({ lenskit: '0.14.4', env: { LK_NUM_PROCS: '2', LK_TEMP_DIR: '/models' } })),
      report(machine({ lenskit: '2026.4.0' })),
    ]) {
      expectValid(JSON.parse(renderJson(document)));
    }
  });

  test('integers of any size are digits', () => {
    const big = report(machine({ env: { LK_NUM_THREADS: '99999999999999999999' } }));
    expect(renderJson(big)).toContain('"threads": 99999999999999999999,');
    expect(renderJson({ text: 'a "\\u0000" b', number: 1n })).toBe(
      '{\n  "text": "a \\"\\\\u0000\\" b",\n  "number": 1\n}\n',
    );
  });
});

test('a fix as lines', () => {
  expect(
    fixLines({ unset: ['A', 'B'], env: { C: '1', D: 'x y' }, parameters: { threads: 2 }, text: inert`read this` }),
  ).toEqual([
    'unset A B',
    "export C=1 D='x y'",
    'initialize(threads=2)  # in your script: parameters beat variables',
    'read this',
  ]);
});

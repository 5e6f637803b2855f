// How long `lk nodes --slurm` takes and how much memory for so many nodes, beyond what srun and the nodes themselves take:
// this machine's own snapshot stands for most of them, one in a quota for some, some are gone and some answers broken.
// npm run bench:nodes [-- PYTHON-ENVIRONMENT] [COUNT…]. Times are of this machine; what counts is how they grow.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const given = process.argv.slice(2);
const counts = given.map(Number).filter(Boolean);
const python = given.filter((word) => !Number(word)).flatMap((word) => ['--python', word]);
const folder = mkdtempSync(path.join(tmpdir(), 'lk-bench-nodes-'));
const at = (name) => path.join(folder, name);

/** The kernel's own account of a process and all that it waited for, by GNU time or Python. */
const MEASURE = `import os, resource, subprocess, sys, time
began = time.monotonic()
process = subprocess.Popen(sys.argv[2:], stdout=open(sys.argv[1], "w"))
_, status, usage = os.wait4(process.pid, 0)
print(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))`;

try {
  execFileSync(process.execPath, [
    'bin/lk.cjs',
    'doctor',
    '--fail-on',
    'never',
    '--quiet',
    ...python,
    '--snapshot',
    at('own.json'),
  ]);
  const own = JSON.parse(readFileSync(at('own.json'), 'utf8'));
  const quota = { cpus: 1, ceil: 1, floor: 1, quotaMicroseconds: '100000', periodMicroseconds: '100000', version: 2 };
  own.facts.cpus.quotas = [{ ...quota, cgroup: '/job', file: '/sys/fs/cgroup/job/cpu.max' }];
  writeFileSync(at('quota.json'), JSON.stringify(own));
  // What the nodes say is made beforehand: it is none of lk's time.
  writeFileSync(at('srun'), `#!/bin/sh\ncat '${at('said')}' >&2\nexec cat '${at('answers')}'\n`);
  chmodSync(at('srun'), 0o755);
  console.log(`node ${process.version}; a snapshot of ${readFileSync(at('own.json')).length} bytes`);
  console.log('  nodes  seconds  CPU seconds  MB, largest process  lost  groups');
  for (const count of counts.length > 0 ? counts : [100, 1000, 10_000]) {
    const simulated = { count, snapshots: [at('own.json'), at('quota.json')], lost: count / 100, torn: count / 100 };
    writeFileSync(at('plan.json'), JSON.stringify({ simulated }));
    const script = '"$0" test/nodes/fake-srun.mjs /any > "$1/answers" 2> "$1/said"';
    spawnSync('/bin/sh', ['-c', script, process.execPath, folder], {
      env: { ...process.env, FAKE_SRUN: at('plan.json') },
    });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const words = [
      '-c',
      MEASURE,
      at('out.json'),
      process.execPath,
      'bin/lk.cjs',
      'nodes',
      '--slurm',
      '--json',
      '--timeout',
      '1h',
    ];
    const { stdout, stderr } = spawnSync('python3', words, { env, encoding: 'utf8' });
    const [seconds, cpu, kilobytes, status] = stdout.split(' ').map(Number);
    if (status !== 2) throw new Error(`status ${status}: ${stderr}`);
    const { summary, groups } = JSON.parse(readFileSync(at('out.json'), 'utf8'));
    const columns = [String(count).padStart(7), seconds.toFixed(1).padStart(8), cpu.toFixed(1).padStart(12)];
    console.log(
      ...columns,
      String(Math.round(kilobytes / 1024)).padStart(20),
      String(summary.lost).padStart(5),
      groups.length,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// How true the measuring of `lk bench` is: npm run bench:harness [-- PAIRS [NAME]].
// Commands of 0.2 to 2 s, each run in turn by our launcher, by hyperfine (-N: no shell) and by GNU time, so that
// what the machine does meanwhile meets all three alike. Prints the ratios of the medians: ours to theirs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundled } from './bundled.mjs';

const PAIRS = Number(process.argv[2] ?? 15);
const python = ['/usr/bin/python3', '-S', '-c'];
const busy = (seconds) => `import time\nend = time.process_time() + ${seconds}\nwhile time.process_time() < end: pass`;
const large = (megabytes) => `x = bytearray(${megabytes} * 10**6)\nimport time\ntime.sleep(0.2)`;
const COMMANDS = {
  'sleep 0.2 s': ['/bin/sleep', '0.2'],
  'busy 0.3 s': [...python, busy(0.3)],
  'busy 1 s': [...python, busy(1)],
  'busy 2 s': [...python, busy(2)],
  '200 MB': [...python, large(200)],
  'node, 0.4 s': [process.execPath, '-e', 'const end = Date.now() + 400; while (Date.now() < end);'],
  'two children': ['/bin/sh', '-c', `python3 -S -c '${busy(0.3)}' & python3 -S -c '${busy(0.3)}' & wait`],
};

const hyperfine = process.env.HYPERFINE ?? 'hyperfine';
const has = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const hasHyperfine = has(hyperfine, ['--version']);
const hasTime = has('/usr/bin/time', ['-f', '%M', 'true']);
if (!hasHyperfine) console.log('no hyperfine on the PATH: cargo install hyperfine@1.20.0, or name it in HYPERFINE');
if (!hasTime) console.log('no GNU time at /usr/bin/time');

const folder = mkdtempSync(path.join(tmpdir(), 'lk-harness-'));
const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

function byHyperfine(argv) {
  const file = path.join(folder, 'hyperfine.json');
  const args = ['-N', '--runs', '1', '--style', 'none', '--export-json', file, argv.map(quoted).join(' ')];
  const { status, stderr } = spawnSync(hyperfine, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(readFileSync(file, 'utf8')).results[0].times[0];
}

function byTime(argv) {
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%U %S %M', ...argv], { encoding: 'utf8' });
  const [user, system, kilobytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, bytes: kilobytes * 1024 };
}

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
const signed = (ratio) => `${ratio >= 1 ? '+' : '−'}${(Math.abs(ratio - 1) * 100).toFixed(2)} %`.padStart(9);

const { Launcher } = await bundled('src/process/launcher.ts');
const launcher = await Launcher.start('/usr/bin/python3', path.resolve('bench/launcher.py'));
console.log(`${PAIRS} runs each, in turn; ours against theirs, medians`);
console.log('command          wall: hyperfine   CPU seconds: time   peak memory: time');
try {
  for (const [name, argv] of Object.entries(COMMANDS).filter(([name]) => name.includes(process.argv[3] ?? ''))) {
    const wall = { ours: [], theirs: [] };
    const cpu = { ours: [], theirs: [] };
    const memory = { ours: [], theirs: [] };
    for (let pair = 0; pair < PAIRS; pair++) {
      // Whoever goes first has no advantage.
      const measures = [
        async () => {
          const run = await launcher.run({ argv, env: process.env, timeout: null });
          wall.ours.push(run.seconds);
          cpu.ours.push(run.cpuSeconds);
          memory.ours.push(run.peakRssBytes);
        },
        async () => hasHyperfine && wall.theirs.push(byHyperfine(argv)),
        async () => {
          if (!hasTime) return;
          const { cpu: seconds, bytes } = byTime(argv);
          cpu.theirs.push(seconds);
          memory.theirs.push(bytes);
        },
      ];
      for (let i = 0; i < measures.length; i++) await measures[(i + pair) % measures.length]();
    }
    const ratio = ({ ours, theirs }, least = 0) =>
      theirs.length === 0 || median(theirs) < least ? '–'.padStart(9) : signed(median(ours) / median(theirs));
    // GNU time cuts to hundredths of a second, user and system apart: of less than half a second it says too little.
    console.log(`${name.padEnd(15)}  ${ratio(wall)}        ${ratio(cpu, 0.5)}           ${ratio(memory)}`);
  }
} finally {
  await launcher.close();
  rmSync(folder, { recursive: true });
}

// Stands in for srun where there is no Slurm: starts the program that it is given as tasks of nodes that are named in the
// file of FAKE_SRUN, with the variables that Slurm sets, and mixes what they say line by line, as srun --label does.
//
// { "nodes": {"n1": 2, "n2": 2},         tasks on each
//   "faults": {"n2": "gone" | "missing" | "hangs" | "fails" | "queued"}, "said": "a line on standard error",
//   "log": "/file that gets the words and the pids",
//   "simulated": {"count": 10000, "snapshots": ["/a.json", …], "lost": 100, "torn": 50} }   answers instead of tasks
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const plan = JSON.parse(readFileSync(process.env.FAKE_SRUN, 'utf8'));
const words = process.argv.slice(2);
const at = words.findIndex((word) => word.startsWith('/'));
const command = words.slice(at);
const log = (line) => plan.log && appendFileSync(plan.log, `${line}\n`);
log(JSON.stringify(words));
log(`pid ${process.pid}`);

const children = [];
process.on('SIGTERM', () => {
  console.error('srun: forcing job termination');
  for (const child of children) child.kill('SIGKILL');
  log('ended by SIGTERM');
  process.exit(1);
});

/** `n[1-3]` for names that are numbered without a gap, else one after the other. */
function listOf(names) {
  const prefix = names[0].replace(/\d+$/, '');
  const isRange = names.every((name, index) => name === `${prefix}${index + 1}`);
  return isRange && names.length > 1 ? `${prefix}[1-${names.length}]` : names.join(',');
}

function taskOf(task, node, local, names) {
  const counts = names.map((name) => plan.nodes[name]);
  const env = {
    ...process.env,
    SLURM_JOB_ID: '7',
    SLURM_STEP_ID: '0',
    SLURMD_NODENAME: node,
    SLURM_NODEID: String(names.indexOf(node)),
    SLURM_PROCID: String(task),
    SLURM_LOCALID: String(local),
    SLURM_STEP_NODELIST: listOf(names),
    SLURM_STEP_TASKS_PER_NODE: counts.join(','),
    SLURM_STEP_NUM_TASKS: String(counts.reduce((a, b) => a + b, 0)),
    SLURM_STEP_NUM_NODES: String(names.length),
    SLURM_CPUS_ON_NODE: String(counts[names.indexOf(node)]),
  };
  const child = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  log(`pid ${child.pid}`);
  const lines = [];
  let rest = '';
  child.stdout.on('data', (data) => {
    rest += data;
    const parts = rest.split('\n');
    rest = parts.pop();
    lines.push(...parts);
  });
  child.stderr.on('data', (data) => {
    for (const line of String(data).trimEnd().split('\n')) console.error(`${task}: ${line}`);
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      if (code !== 0)
        console.error(`srun: error: ${node}: task ${task}: ${signal ? 'Killed' : `Exited with exit code ${code}`}`);
      resolve(lines.map((line) => `${task}: ${line}`));
    }),
  );
}

function mixed(queues) {
  const left = queues.filter(({ length }) => length > 0);
  for (let turn = 0; left.length > 0; turn = (turn * 31 + 7) % 1009) {
    const index = turn % left.length;
    process.stdout.write(`${left[index].shift()}\n`);
    if (left[index].length === 0) left.splice(index, 1);
  }
}

async function tasks() {
  const names = Object.keys(plan.nodes);
  const running = [];
  let task = 0;
  for (const [node, count] of Object.entries(plan.nodes)) {
    const fault = plan.faults?.[node];
    for (let local = 0; local < count; local++, task++) {
      if (fault === 'gone' || fault === 'hangs') continue;
      if (fault === 'missing') {
        console.error(`${task}: slurmstepd: error: execve(): ${command[0]}: No such file or directory`);
        console.error(`srun: error: ${node}: task ${task}: Exited with exit code 2`);
        continue;
      }
      running.push(taskOf(task, node, local, names));
    }
    if (fault === 'gone') console.error(`srun: error: Node failure on ${node}`);
  }
  mixed(await Promise.all(running));
  if (Object.values(plan.faults ?? {}).includes('hangs')) setInterval(() => {}, 1000);
}

/** As src/nodes/frames.ts writes it. */
function frames(id, text) {
  const packed = gzipSync(text, { level: 1 }).toString('base64');
  const count = Math.ceil(packed.length / 900);
  return Array.from(
    { length: count },
    (_, part) => `~lk1 ${id} ${part + 1}/${count} ${packed.slice(part * 900, (part + 1) * 900)}`,
  );
}

async function simulated({ count, snapshots, lost = 0, torn = 0 }) {
  const texts = snapshots.map((file) => readFileSync(file, 'utf8'));
  const every = (share, index) => share > 0 && index % Math.floor(count / share) === 3;
  for (let index = 0; index < count; index++) {
    const node = `n${index + 1}`;
    if (every(lost, index)) {
      console.error(`srun: error: Node failure on ${node}`);
      continue;
    }
    // The second kind is rare.
    const snapshot = texts[index % 1000 === 500 ? 1 : 0] ?? texts[0];
    const lines = frames(
      `s${index.toString(36)}`,
      JSON.stringify({
        kind: 'lenskit-doctor node',
        schemaVersion: 1,
        node,
        step: { nodes: `n[1-${count}]`, tasksPerNode: `1(x${count})` },
        local: 0,
        seen: {
          task: index,
          alike: 1,
          cpus: 4,
          affinity: '0-3',
          limitedBy: 'none',
          quota: null,
          memoryLimit: null,
          granted: { cpus: 4, cpusOnNode: 4, memoryBytes: null, variable: 'SLURM_CPUS_ON_NODE' },
          bound: true,
          threads: 4,
        },
        error: null,
        snapshot,
      }),
    );
    if (every(torn, index + 7)) lines.pop();
    if (!process.stdout.write(`${lines.map((line) => `${index}: ${line}`).join('\n')}\n`))
      await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

if (plan.said) console.error(plan.said);
if (plan.faults?.step === 'fails') process.exitCode = 1;
else if (plan.faults?.step === 'hangs') setInterval(() => {}, 1000);
else if (plan.simulated) await simulated(plan.simulated);
else await tasks();

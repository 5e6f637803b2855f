import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'];
const program = (name: string): string | null =>
  FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;

/** Why there can be no Slurm here; null: there can. */
export function whyNoSlurm(): string | null {
  const missing = ['slurmctld', 'slurmd', 'srun', 'salloc', 'munged'].filter((name) => program(name) === null);
  if (missing.length > 0) return `${missing.join(', ')} is not installed`;
  return process.geteuid?.() === 0 ? null : 'only root starts slurmd';
}

/** A Slurm of two nodes on this machine, with its files in a folder of its own. */
export interface SlurmCluster {
  env: { [name: string]: string };
  folder: string;
  /** Kills the daemon of a node with all that runs below it. */
  kill(node: string): void;
  start(node: string): Promise<void>;
  squeue(...words: string[]): string;
  end(): Promise<void>;
}

const NODES = ['n1', 'n2'];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(what: string, is: () => boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    if (is()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within a minute`);
}

/** @param cpus of each node; those that the machine has not got are believed */
export async function startSlurm(cpus = 2): Promise<SlurmCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-slurm-'));
  const at = (name: string): string => path.join(folder, name);
  mkdirSync(at('state'));
  writeFileSync(at('munge.key'), Buffer.from(Array.from({ length: 64 }, () => Math.floor(Math.random() * 256))), {
    mode: 0o600,
  });
  const [controller, ...ports] = [await freePort(), await freePort(), await freePort()];
  const host = hostname();
  const conf = [
    'ClusterName=lk',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    'AuthType=auth/munge',
    `AuthInfo=socket=${at('munge.socket')}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    `StateSaveLocation=${at('state')}`,
    `SlurmdSpoolDir=${at('spool-%n')}`,
    `SlurmctldPidFile=${at('slurmctld.pid')}`,
    `SlurmdPidFile=${at('slurmd-%n.pid')}`,
    `SlurmctldLogFile=${at('slurmctld.log')}`,
    `SlurmdLogFile=${at('slurmd-%n.log')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/affinity',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU',
    'SchedulerParameters=sched_interval=1',
    'JobAcctGatherType=jobacct_gather/none',
    'MpiDefault=none',
    'ReturnToService=2',
    'SlurmdTimeout=300',
    'SlurmdParameters=config_overrides',
    ...NODES.map(
      (node, index) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=${cpus}`,
    ),
    `PartitionName=all Nodes=${NODES.join(',')} Default=YES State=UP MaxTime=INFINITE`,
  ];
  writeFileSync(at('slurm.conf'), `${conf.join('\n')}\n`);
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent-home', SLURM_CONF: at('slurm.conf') };
  const daemons = new Map<string, ChildProcess>();
  const daemon = (name: string, command: string, words: string[]): void => {
    const child = spawn(program(command) as string, words, { env, stdio: 'ignore', detached: true });
    daemons.set(name, child);
  };
  const slurmd = async (node: string): Promise<void> => {
    daemon(node, 'slurmd', ['-D', '-N', node, '-f', at('slurm.conf')]);
    await until(`slurmd ${node}`, () => {
      const state = stateOf(node);
      const update = (to: string) => spawnSync('scontrol', ['update', `NodeName=${node}`, ...to.split(' ')], { env });
      // What ran there when it was killed is still being completed, or the node is taken for down.
      if (state === 'down') update('State=RESUME');
      else if (!['idle', 'unknown', ''].includes(state)) update('State=DOWN Reason=test');
      return state === 'idle';
    });
  };
  const stateOf = (node: string): string =>
    spawnSync('sinfo', ['-h', '-N', '-n', node, '-o', '%T'], { env, encoding: 'utf8' }).stdout.trim();
  const logs = (): string =>
    ['slurmctld', ...NODES.map((node) => `slurmd-${node}`)]
      .map((name) => at(`${name}.log`))
      .filter(existsSync)
      .map((file) => readFileSync(file, 'utf8').split('\n').slice(-4).join(' | '))
      .join(' || ');

  const cluster: SlurmCluster = {
    env,
    folder,
    kill(node) {
      const child = daemons.get(node);
      if (child?.pid === undefined) return;
      for (const pid of [child.pid, ...stepsOf(node)]) killQuietly(pid);
      daemons.delete(node);
    },
    start: slurmd,
    squeue: (...words) => execFileSync('squeue', ['-h', ...words], { env, encoding: 'utf8' }).trim(),
    async end() {
      spawnSync('scancel', ['--user=root'], { env });
      for (const node of NODES) this.kill(node);
      for (const child of daemons.values()) if (child.pid !== undefined) killQuietly(child.pid);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  /** The step daemons of a node are no children of slurmd. */
  const stepsOf = (node: string): number[] =>
    spawnSync('pgrep', ['-f', `slurmstepd: .*|slurmstepd .*spool-${node}`], { encoding: 'utf8' })
      .stdout.split('\n')
      .map(Number)
      .filter((pid) => pid > 0 && environmentOf(pid).includes(folder));
  try {
    const munge = ['key-file', 'pid-file', 'log-file', 'seed-file'].map(
      (name) => `--${name}=${at(`munge.${name.replace(/-file/, '')}`)}`,
    );
    daemon('munged', 'munged', ['--foreground', '--force', `--socket=${at('munge.socket')}`, ...munge]);
    await until('munged', () => existsSync(at('munge.socket')));
    daemon('slurmctld', 'slurmctld', ['-D', '-f', at('slurm.conf')]);
    await until('slurmctld', () => spawnSync('scontrol', ['ping'], { env, encoding: 'utf8' }).stdout.includes('UP'));
    for (const node of NODES) await slurmd(node);
    return cluster;
  } catch (error) {
    const said = logs();
    await cluster.end();
    throw new Error(`${(error as Error).message}: ${said}`);
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1') + readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}

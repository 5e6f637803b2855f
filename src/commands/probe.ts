import path from 'node:path';
import { usableCpus } from '../cpus/effective.ts';
import { mountOver } from '../cpus/mountinfo.ts';
import { observeStopped } from '../cpus/throttling.ts';
import type { Probe } from '../doctor/observe.ts';
import { visible } from '../escape/visible.ts';
import { thisMachine, workingDirectory } from '../host/open.ts';
import { findOnPath } from '../host/path.ts';
import { guardStandardError } from '../output/streams.ts';
import { launcherPython } from '../process/launcher-python.ts';
import { rulesFor } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import { type Parameters, pythonName } from '../rules/resolution.ts';
import { FlagError } from './flags.ts';

const TIMEOUT_SECONDS = 120;

/**
 * A Python that merely lies in the working directory may be anybody's: it runs only if the user names it or has
 * activated its environment.
 *
 * @throws FlagError
 */
export function refuseUntrusted(what: string, interpreter: string, foundBy: string | null): void {
  const here = path.dirname(interpreter) === workingDirectory();
  if (foundBy !== '.venv' && (!here || foundBy === '--python')) return;
  throw new FlagError(
    `${what}: ${interpreter} lies in the working directory and is not run unasked; name it with --python, or activate it`,
  );
}

/** The script for the LensKit that is installed, whatever rules are asked about: up to 0.14 there is neither Torch nor `lenskit.parallel`. */
function scriptFor(version: string | null): string {
  const rules = version === null ? 'invalid' : rulesFor(version);
  return typeof rules !== 'string' && traitsOf(rules).pools === 'numba' ? 'probe_numba.py' : 'probe.py';
}

interface ProbeWishes {
  /** The folder of the settings that name the Python; null: none do. */
  project?: string | null;
  /** Also what a bug report wants to know. */
  details?: boolean;
}

/** The probe as `--probe` asks for it. */
export function probeOf(
  root: string,
  env: NodeJS.ProcessEnv,
  params: Parameters,
  { project = null, details = false }: ProbeWishes = {},
): Probe {
  return async ({ interpreter, foundBy, lenskit }, cpus, hierarchies, files) => {
    if (interpreter === null) throw new FlagError('--probe: no Python was found; name one with --python PATH');
    refuseUntrusted('--probe', interpreter, foundBy);
    if (foundBy === 'project settings')
      (await import('./settings-python.ts')).refuseProjects(thisMachine(env), interpreter, project);
    const [{ runProbe }, { measureCpuShare }] = await Promise.all([
      import('../probe/run.ts'),
      import('../probe/cpu-share.ts'),
    ]);
    const parameters = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        pythonName(name),
        // child_threads, and all of them before 2025.3, have to be numbers; a list stays text, as LensKit takes it.
        typeof value === 'string' && (name === 'nJobs' || /^[+-]?\d{1,9}$/.test(value)) ? Number(value) : value,
      ]),
    );
    // Torch takes seconds to import; a person at a terminal should know what is going on.
    const line = visible(`probing ${interpreter} (up to ${TIMEOUT_SECONDS} s)…`);
    guardStandardError();
    if (process.stderr.isTTY) process.stderr.write(line);
    const script = path.join(root, 'probe', scriptFor(lenskit?.version ?? null));
    const host = thisMachine(env);
    const smi = findOnPath(host, ['nvidia-smi']);
    const python = host.platform === 'win32' ? null : launcherPython(host, interpreter);
    const owner = python === null ? null : { python, script: path.join(root, 'bench', 'launcher.py') };
    const stat = mountOver(hierarchies.mounts, '/proc/stat');
    // First, while nothing else of it runs.
    const cpuShare = await measureCpuShare({
      owner: host.platform === 'linux' ? owner : null,
      script: path.join(root, 'probe', 'cpu_share.py'),
      env,
      cpus: usableCpus(cpus),
      isKernelsStat: stat === null || stat.type === 'proc',
      stopped: () => observeStopped(host, hierarchies.groups('cpu'))?.seconds ?? null,
    });
    const timeoutSeconds = TIMEOUT_SECONDS;
    const file = files[0]?.path ?? null;
    const settings = file === null ? null : path.dirname(file);
    const probe = await runProbe({
      interpreter,
      script,
      env,
      parameters,
      settings,
      timeoutSeconds,
      smi,
      owner,
      details,
    });
    if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(line.length)}\r`);
    return { probe, cpuShare };
  };
}

import { type Hierarchies, observeHierarchies } from '../cpus/hierarchy.ts';
import { type CpuFacts, observeCpus } from '../cpus/observe.ts';
import type { Details } from '../details/details.ts';
import type { Host } from '../host/host.ts';
import { observeMachine } from '../machine/observe.ts';
import { type Hide, hiding } from '../privacy/secrets.ts';
import type { CpuShareFacts } from '../probe/cpu-share.ts';
import type { ProbeFacts } from '../probe/observed.ts';
import type { PythonFacts } from '../python/facts.ts';
import { observePython } from '../python/observe.ts';
import type { Found, ProjectPython } from '../python/search.ts';
import type { SettingsFile } from '../python-values/settings-file.ts';
import type { ScriptReport } from '../script/judge.ts';
import type { Facts } from '../situation/facts.ts';
import { keptVariables } from '../situation/kept-variables.ts';
import { keptSettings, shortened, withoutSource } from './privacy.ts';
import { observeSettings } from './settings-files.ts';

/** Runs busy loops, then the user's Python; given only where the user asked for it. */
export type Probe = (
  python: PythonFacts,
  cpus: CpuFacts,
  hierarchies: Hierarchies,
  settings: readonly SettingsFile[],
) => Promise<{ probe: ProbeFacts; cpuShare: CpuShareFacts }>;

/** What is looked at besides the machine itself; all of it may be left out. */
interface Asked {
  /** The Python that the user named. */
  python?: string | undefined;
  /** The Python that the project's settings name; it stands behind the one that the user named. */
  project?: ProjectPython | null;
  /** The Python of a command, where it is known; it stands behind the one that the user named. */
  found?: Found | null;
  probe?: Probe | null;
  /** Judges the script that was named, for the LensKit that is installed. */
  script?: ((lenskit: string | null) => Promise<ScriptReport | null>) | null;
  /** Reads what a bug report wants to know besides. */
  details?: ((python: PythonFacts, model: string | null) => Details) | null;
  /** Hides what is secret; by default what the environment says is. */
  hide?: Hide;
}

/** What was read: as it may be shown and kept, and the interpreter as it can be run. */
export interface Observed {
  facts: Facts;
  interpreter: { path: string; foundBy: string | null } | null;
}

/**
 * Reads a machine. Without a probe nothing of the user's is executed; what is kept has no secrets and no home
 * directory.
 *
 * @throws PythonNotFound where the user named a Python that is not there
 */
export async function observe(host: Host, asked: Asked = {}): Promise<Observed> {
  const { probe = null, hide = hiding(host.env) } = asked;
  const hierarchies = observeHierarchies(host);
  const cpus = await observeCpus(host, hierarchies);
  const named = asked.python ?? asked.project ?? null;
  const python = observePython(host, named, named === null ? (asked.found ?? null) : null);
  const machine = observeMachine(host, hierarchies, cpus.affinity);
  const read = observeSettings(host);
  // Before the probe: what cannot be read is said at once.
  const script = (await asked.script?.(python.lenskit?.version ?? null)) ?? null;
  const probed = probe && (await probe(python, cpus, hierarchies, read));
  const kept = keptVariables(host.env);
  const details = asked.details?.(python, cpus.model);
  const smi = probed?.probe.gpus.map(({ model, mig }) => ({ model, mig })) ?? [];
  const facts = {
    cpus,
    machine: machine.gpus?.length || smi.length === 0 ? machine : { ...machine, gpus: smi },
    python,
    probe: probed?.probe ?? null,
    cpuShare: probed?.cpuShare ?? null,
    env: kept,
    script: script && withoutSource(script),
    live: null,
    ...(details === undefined ? {} : { details: { ...details, environment: { ...details.environment, ...kept } } }),
  };
  const settings = read.map(keptSettings);
  return {
    facts: hide({
      ...shortened(facts, host.home),
      settings: settings.map((file) => ({ ...file, path: file.path && shortened(file.path, host.home) })),
    }),
    interpreter: python.interpreter === null ? null : { path: python.interpreter, foundBy: python.foundBy },
  };
}

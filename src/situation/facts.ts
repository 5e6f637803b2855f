import type { CpuFacts } from '../cpus/observe.ts';
import type { Details } from '../details/details.ts';
import type { LiveFacts } from '../live/facts.ts';
import type { MachineFacts } from '../machine/observe.ts';
import type { CpuShareFacts } from '../probe/cpu-share.ts';
import type { ProbeFacts } from '../probe/observed.ts';
import type { PythonFacts } from '../python/facts.ts';
import type { SettingsFile } from '../python-values/settings-file.ts';
import type { ScriptReport } from '../script/judge.ts';

/** All that was read of a machine, as far as the checks use it. Plain data: what a snapshot keeps. */
export interface Facts {
  cpus: CpuFacts;
  machine: MachineFacts;
  python: PythonFacts;
  /** What `--probe` saw; null: it was not asked for. */
  probe: ProbeFacts | null;
  /** What `--probe` saw busy loops get of the CPUs; null: it was not asked for. */
  cpuShare: CpuShareFacts | null;
  /** LensKit's own variables and those of the native libraries; nothing else of the environment. */
  env: { [name: string]: string };
  /** What `--script` was found to do when workers import it; null: no script was named. */
  script: ScriptReport | null;
  /** `lenskit.local.toml` and `lenskit.toml` where LensKit's command line would look for them. */
  settings: SettingsFile[];
  /** What two looks at a running job told; null: none was named (`--pid`). */
  live: LiveFacts | null;
  /** What a bug report wants to know besides. Absent: not asked for, also in older snapshots. */
  details?: Details;
}

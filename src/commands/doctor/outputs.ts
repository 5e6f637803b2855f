import { existsSync } from 'node:fs';
import { FileError, reasonOf } from '../../files/errors.ts';
import type { Output } from '../../files/output.ts';
import { say } from '../../output/standard-error.ts';
import { holderOfStandardOutput } from '../standard-output.ts';
import type { DoctorFlags } from './flags.ts';

export interface Outputs {
  snapshot: Output | null;
  /** The host's name that the snapshot carries; null: none, unless the user asks for it. */
  host: string | null;
  /** GitHub's step summary. */
  summary: Output | null;
  /** What GitHub's next steps are handed. */
  handed: Output | null;
  /** Standard output is the snapshot's: the report goes to standard error. */
  aside: boolean;
}

/** Known to be writable before anything is looked at, and to be nothing that is read. @throws FileError, FlagError */
export async function openOutputs(
  { snapshot, json, script, job, python, bench, sysroot, quiet }: DoctorFlags,
  format: DoctorFlags['format'],
): Promise<Outputs> {
  const { GITHUB_STEP_SUMMARY: summary = '', GITHUB_OUTPUT: handed = '' } = format === 'github' ? process.env : {};
  if (snapshot === undefined && summary === '' && handed === '')
    return { snapshot: null, host: null, summary: null, handed: null, aside: false };
  // What writes is only loaded where something is written.
  const { openAppending } = await import('../../files/output.ts');
  const { output, host } = await openSnapshot(snapshot, sysroot, quiet === true);
  const taken = json ? '--json' : format === 'text' ? null : `--format ${format}`;
  const named = output === null ? [] : [{ flag: 'snapshot', output }];
  const holder = holderOfStandardOutput(named, taken);
  const sources = Object.entries({ script, job, python, bench }).map(([flag, file]) => ({
    called: `--${flag}`,
    words: file === undefined ? [] : [file],
  }));
  (await import('../files-apart.ts')).keepApart(named, sources);
  return {
    snapshot: output,
    host,
    summary: summary === '' ? null : ofRunner(summary, 'GITHUB_STEP_SUMMARY', openAppending),
    handed: handed === '' ? null : ofRunner(handed, 'GITHUB_OUTPUT', existing(openAppending)),
    aside: holder !== null,
  };
}

/** A name with `%` in it is one of many: such a file never replaces another one. */
async function openSnapshot(
  name: string | undefined,
  sysroot: string | undefined,
  quiet: boolean,
): Promise<{ output: Output | null; host: string | null }> {
  if (name === undefined) return { output: null, host: null };
  if (!name.includes('%')) {
    const { openOutput } = await import('../../files/output.ts');
    return { output: openOutput(name, { label: `--snapshot ${name}` }), host: null };
  }
  const [{ hereOf, snapshotName }, { openNumbered }] = await Promise.all([
    import('./snapshot-name.ts'),
    import('../../files/numbered.ts'),
  ]);
  const own = snapshotName(name, hereOf(sysroot));
  const note = own.host === null ? 'written' : "written, with this host's name in it (%h)";
  return {
    output: openNumbered(own.name, { label: `--snapshot ${own.name}`, note: quiet ? null : note }),
    host: own.host,
  };
}

/** The runner's file is none that the user named: where it cannot be opened the report is printed all the same. */
function ofRunner(file: string, variable: string, open: (name: string, label: string) => Output): Output {
  const unwritable = (why: string): Output => ({
    name: file,
    takesStandardOutput: false,
    adds: true,
    replaces: null,
    held: () => Buffer.alloc(0),
    write() {
      throw new FileError(why);
    },
  });
  try {
    return open(file, `${variable} ${file}`);
  } catch (error) {
    return unwritable(error instanceof FileError ? error.message : reasonOf(error));
  }
}

/** The runner makes the file before the step, and reads no other. */
function existing(open: (name: string, label: string) => Output): typeof open {
  return (name, label) => {
    if (!existsSync(name)) throw new FileError(`${label}: not there; the runner makes it before a step`);
    return open(name, label);
  };
}

/** Writes an output for itself; false: it could not be written, which is said. */
export async function written(output: Output | null, content: () => Promise<string>): Promise<boolean> {
  if (output === null) return true;
  try {
    for (const warning of output.write(await content())) say(warning);
    return true;
  } catch (error) {
    say(`lk: ${(error as Error).message}`);
    return false;
  }
}

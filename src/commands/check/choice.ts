import path from 'node:path';
import type { Host } from '../../host/host.ts';
import { type Glob, GlobError, globOf, separated } from '../../project/glob.ts';
import { Projects } from '../../project/nearest.ts';
import { ENDINGS } from '../../script/check.ts';
import { FlagError } from '../flags.ts';

/** Which files are looked at, as it was typed. */
export interface ChoiceFlags {
  exclude?: readonly string[] | undefined;
  include?: readonly string[] | undefined;
  'force-exclude'?: boolean | undefined;
}

/**
 * Which of the files that are found are looked at: by the flags, else by the settings nearest to each file. What a flag says
 * goes from the working folder on, what a file says from its own.
 */
export class Choice {
  private readonly projects: Projects;
  private readonly exclude: readonly Glob[] | null;
  private readonly include: readonly Glob[] | null;
  private readonly isForced: boolean;

  /** @throws FlagError */
  constructor(flags: ChoiceFlags, host: Pick<Host, 'read' | 'kind'>) {
    this.projects = new Projects(host);
    this.exclude = globs('--exclude', flags.exclude);
    this.include = globs('--include', flags.include);
    this.isForced = flags['force-exclude'] ?? false;
  }

  /** Whether a file or folder that was come across is left out. @throws SettingsError */
  isExcluded(absolute: string): boolean {
    const exclude = this.exclude ?? this.projects.nearest(path.dirname(absolute))?.exclude ?? [];
    return exclude.some((glob) => glob.matches(absolute));
  }

  /** Whether what was named is left out: where that is forced alone, as for a hook, which names every file. @throws SettingsError */
  isForcedOut(absolute: string): boolean {
    const isForced = this.isForced || this.projects.nearest(path.dirname(absolute))?.['force-exclude'] === true;
    if (!isForced) return false;
    for (let at = absolute; at !== path.dirname(at); at = path.dirname(at)) if (this.isExcluded(at)) return true;
    return false;
  }

  /** Whether a file that was found is a script: by its ending, or by what `include` says. @throws SettingsError */
  isIncluded(absolute: string): boolean {
    const include = this.include ?? this.projects.nearest(path.dirname(absolute))?.include ?? null;
    const isScript = ENDINGS.some((ending) => absolute.endsWith(ending));
    if (include === null) return isScript;
    if (include.some((glob) => glob.matches(absolute))) return true;
    // A folder stands for the scripts below it.
    for (let at = path.dirname(absolute); isScript && at !== path.dirname(at); at = path.dirname(at))
      if (include.some((glob) => glob.matches(at))) return true;
    return false;
  }
}

function globs(flag: string, lists: readonly string[] | undefined): Glob[] | null {
  if (lists === undefined) return null;
  return lists.flatMap(separated).map((pattern) => {
    try {
      return globOf(pattern, process.cwd());
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      throw new FlagError(`${flag} ${pattern}: no pattern: ${error.message}`);
    }
  });
}

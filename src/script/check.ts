import { advised } from './advice.ts';
import { type Fixed, fixScript, isFixable } from './fix.ts';
import { Ignores, mayIgnore } from './ignores.ts';
import { type Environment, judgeScript, pathsOf, type ScriptReport, said } from './judge.ts';
import { Modules, moduleOf } from './modules.ts';
import { type Cells, judgeNotebook, jupyterCells, quartoCells } from './notebook.ts';
import { type OwnSetting, ownSettings } from './own-settings.ts';
import { forgetParser, loadParser, MOST_MEMORY } from './parse.ts';
import { projectModules } from './project-modules.ts';
import { scorersOf } from './scorers.ts';
import { isRefusal, MOST_BYTES, NOT_TEXT, type SourceReader, sourceOf } from './source.ts';

/** The files that are read as Python, by their ending. */
export const ENDINGS = ['.py', '.ipynb', '.qmd'] as const;

/** Notebooks carry their output with them. */
const MOST_NOTEBOOK_BYTES = 64 * 1024 * 1024;

/** A script is begun again so often without a module that could not be parsed. */
const MOST_TRIES = 4;

export interface ScriptOptions {
  reader: SourceReader;
  /** This LensKit starts worker processes that import the script (up to 2025.8, or with Ray). */
  spawns: boolean;
  /** The variables that the scripts are run with. */
  environment?: Environment;
  /** Their LensKit is 0.x. */
  before2024?: boolean;
  /** Where the packages of the Python lie that runs them, unless their project has one of its own. */
  sites?: readonly string[];
  /** The version of that Python; null: not known. */
  python?: string | null;
  /** False: findings are not to say what `--fix` would do, which takes as long again. */
  advise?: boolean;
}

/**
 * Judges files one by one: what would run again in worker processes. Runs nothing of them. Behind them, modules that they
 * import and that cannot be looked at.
 */
export async function checkScripts(
  files: readonly string[],
  options: ScriptOptions,
  each: (report: ScriptReport) => void = () => {},
): Promise<ScriptReport[]> {
  const reports: ScriptReport[] = [];
  const refused = new Map<string, string>();
  let modules = modulesFor(options, refused);
  const say = (report: ScriptReport): void => {
    reports.push(report);
    each(report);
  };
  for (const file of files) {
    let report: ScriptReport | null = null;
    for (let tries = 0; report === null; tries++) {
      await loadParser();
      try {
        report = checkScript(file, { ...options, modules });
      } catch (error) {
        // It costs this file alone, or a module. The parser's memory may be used up; what was parsed is gone with it.
        const why = failure(error);
        if (modules.reading === null || tries > MOST_TRIES) report = unreadable(file, why);
        else refused.set(modules.reading, why);
        forgetParser();
        modules = modulesFor(options, refused);
      }
    }
    say(report);
  }
  modules.end();
  const plain = (file: string): string => file.replace(/^(\.\/)+/, '');
  const given = new Set(files.map(plain));
  for (const [file, why] of refused)
    if (!given.has(plain(file))) say(unreadable(file, `${why}; a script beside it imports it`));
  return reports;
}

/** Why a file could not be judged, of whatever was thrown. */
function failure(error: unknown): string {
  const { name, message } = error as Error;
  return name === 'RuntimeError'
    ? `reading it takes more memory than is given to that (${MOST_MEMORY})`
    : `judging it failed (${name}: ${message.slice(0, 200)})`;
}

function modulesFor({ reader, environment, sites = [] }: ScriptOptions, refused?: Map<string, string>): Modules {
  return new Modules(reader, { paths: pathsOf(environment), sites }, refused);
}

function checkScript(file: string, judgement: ScriptOptions & { modules: Modules }): ScriptReport {
  const ending = ENDINGS.find((one) => file.endsWith(one)) ?? '.py';
  const read = judgement.reader.read(file, ending === '.ipynb' ? MOST_NOTEBOOK_BYTES : MOST_BYTES);
  if (!read.ok) {
    const why = read.detail.replace(`${file}: `, '');
    return isRefusal(read) ? unreadable(file, why) : skipped(file, why);
  }
  if (ending !== '.py') {
    const cells: Cells | null = ending === '.ipynb' ? jupyterCells(read.text) : quartoCells(read.text);
    if (cells === null) return skipped(file, 'no notebook: its JSON has no cells');
    judgement.modules.begin();
    return judgeNotebook(file, cells, judgement);
  }
  if (read.text.includes('\0')) return skipped(file, NOT_TEXT);
  const { modules } = judgement;
  modules.begin();
  const { workers: mayStart, scorers } = modules.leadsOf(file, read.text);
  const idle: ScriptReport = {
    file,
    verdict: 'no parallelism',
    why: "neither it nor what it imports beside it mentions LensKit's batch or parallel modules",
    findings: [],
    ignored: [],
    models: [],
  };
  if (!mayStart && !scorers && !mayIgnore(read.text)) return idle;
  const source = sourceOf(read.text);
  if ('skipped' in source) return skipped(file, source.skipped);
  try {
    if (!mayStart)
      return {
        ...idle,
        ...said(idle, [], new Ignores(file, source), true),
        models: scorers ? scorersOf(moduleOf('__main__', file, source), modules) : [],
      };
    const report = judgeScript(file, source, { ...judgement, scorers });
    return withAdvice(file, read.text, report, judgement);
  } finally {
    source.parsed.root.tree.delete();
  }
}

/** Where a script decides itself what variables would; none where it cannot be read. */
export async function ownSettingsIn(file: string, reader: SourceReader): Promise<OwnSetting[]> {
  await loadParser();
  const read = reader.read(file, MOST_BYTES);
  const source = read.ok ? sourceOf(read.text) : null;
  if (source === null || 'skipped' in source) return [];
  try {
    return ownSettings(source);
  } finally {
    source.parsed.root.tree.delete();
  }
}

function skipped(file: string, why: string): ScriptReport {
  return { file, verdict: 'skipped', why, findings: [], ignored: [], models: [] };
}

/** What was meant to be looked at, and could not be. */
export function unreadable(file: string, why: string): ScriptReport {
  return { file, verdict: 'unreadable', why, findings: [], ignored: [], models: [] };
}

/** Judges a text in place of what the file holds. */
export function checkText(file: string, text: string, options: ScriptOptions): ScriptReport {
  const judgement = { ...options, modules: modulesFor(options) };
  try {
    const report = withAdvice(file, text, judgeText(file, text, judgement), judgement);
    judgement.modules.end();
    return report;
  } catch (error) {
    // With the parser went all that it had parsed.
    forgetParser();
    return unreadable(file, failure(error));
  }
}

/** What `--fix` makes of a script that was judged, in place of what the file holds; changes nothing. */
export function fixText(file: string, text: string, report: ScriptReport, options: ScriptOptions): Fixed {
  const judgement = { ...options, modules: modulesFor(options) };
  try {
    const fixed = fixedBy(file, text, report, judgement);
    judgement.modules.end();
    return fixed;
  } catch (error) {
    forgetParser();
    return { ok: false, why: failure(error) };
  }
}

type JudgedWith = ScriptOptions & { modules: Modules };

function fixedBy(file: string, text: string, report: ScriptReport, judgement: JudgedWith): Fixed {
  // Which models it builds does not change.
  const again = (other: string): ScriptReport => judgeText(file, other, { ...judgement, scorers: false });
  return fixScript(text, report, again, projectModules(file, judgement.modules));
}

function withAdvice(file: string, text: string, report: ScriptReport, judgement: JudgedWith): ScriptReport {
  if (judgement.advise === false || !report.findings.some(isFixable)) return report;
  return advised(text, report, fixedBy(file, text, report, judgement));
}

function judgeText(file: string, text: string, judgement: JudgedWith & { scorers?: boolean }): ScriptReport {
  const source = sourceOf(text);
  if ('skipped' in source) return skipped(file, source.skipped);
  judgement.modules.begin();
  try {
    return judgeScript(file, source, judgement);
  } finally {
    source.parsed.root.tree.delete();
  }
}

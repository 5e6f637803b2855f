import type { ScriptFinding, ScriptReport } from '../script/judge.ts';

/** The version of the JSON document of `lk check script`. */
export const SCRIPT_VERSION = 1;

/** What `lk check script` found: data before it is text. */
export interface ScriptsReport {
  schemaVersion: typeof SCRIPT_VERSION;
  program: { name: 'lk'; version: string };
  lenskit: { generation: string; why: string };
  files: ScriptReport[];
  summary: { files: number; skipped: number; unreadable: number; ignored: number } & {
    [level in ScriptFinding['level']]: number;
  };
}

export function scriptsReport(
  files: ScriptReport[],
  { version, generation, why }: { version: string; generation: string; why: string },
): ScriptsReport {
  const findings = files.flatMap((file) => file.findings);
  const count = (level: ScriptFinding['level']): number => findings.filter((finding) => finding.level === level).length;
  return {
    schemaVersion: SCRIPT_VERSION,
    program: { name: 'lk', version },
    lenskit: { generation, why },
    files,
    summary: {
      files: files.length,
      skipped: files.filter(({ verdict }) => verdict === 'skipped').length,
      unreadable: files.filter(({ verdict }) => verdict === 'unreadable').length,
      ignored: files.reduce((sum, { ignored }) => sum + ignored.length, 0),
      error: count('error'),
      warning: count('warning'),
      info: count('info'),
    },
  };
}

import type { ScriptsReport } from '../../documents/scripts-report.ts';

/**
 * A line for each finding, as compilers write them (GNU Coding Standards, 4.4) and editors read them:
 * `file:line:column: error: message [id]`. What could not be looked at is an error of the file.
 */
export function renderScriptConcise({ files }: ScriptsReport): string {
  const lines = files.flatMap(({ file, verdict, why, findings }) => [
    ...(verdict === 'unreadable' ? [`${file}:1:1: error: unreadable: ${why} [script/unreadable]`] : []),
    ...findings.map(({ id, level, message, place, cell }) => {
      const where = cell === null ? file : `${file}:cell ${cell}`;
      return `${where}:${place.line}:${place.column}: ${level}: ${message} [${id}]`;
    }),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

import type { ScriptsReport } from '../../documents/scripts-report.ts';
import { workflowCommand } from '../../escape/github.ts';
import { joined, type Markup } from '../../escape/markup.ts';
import type { Locate } from './located.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Annotations at their lines (GitHub Actions' workflow commands), which know files from the repository's root. */
export function renderScriptGithub({ files }: ScriptsReport, locate: Locate): Markup<'github'> {
  const unread = files.flatMap(({ file, verdict, why }) =>
    verdict === 'unreadable'
      ? [
          workflowCommand({
            level: 'error',
            properties: { file: locate(file).path, title: 'lk script/unreadable' },
            message: `unreadable: ${why}`,
          }),
        ]
      : [],
  );
  const commands = files.flatMap(({ file, findings }) =>
    findings.map(({ id, level, message, place, cell, fix }) =>
      workflowCommand({
        level: LEVELS[level],
        properties: {
          file: locate(file).path,
          ...(cell === null
            ? { line: place.line, col: place.column, endLine: place.endLine, endColumn: place.endColumn }
            : {}),
          title: `lk ${id}`,
        },
        message: [
          cell === null ? message : `cell ${cell}, line ${place.line}: ${message}`,
          ...(fix ? [`fix: ${fix}`] : []),
        ].join('\n'),
      }),
    ),
  );
  return joined([...unread, ...commands], '');
}

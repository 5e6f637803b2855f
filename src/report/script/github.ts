import type { ScriptsReport } from '../../documents/scripts-report.ts';
import { workflowCommand } from '../../escape/github.ts';
import { joined, type Markup } from '../../escape/markup.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Annotations at their lines (GitHub Actions' workflow commands). */
export function renderScriptGithub({ files }: ScriptsReport): Markup<'github'> {
  const unread = files.flatMap(({ file, verdict, why }) =>
    verdict === 'unreadable'
      ? [
          workflowCommand({
            level: 'error',
            properties: { file, title: 'lk script/unreadable' },
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
          file,
          ...(cell === null ? { line: place.line, col: place.column, endLine: place.endLine } : {}),
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

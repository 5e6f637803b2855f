import type { ScriptsReport } from '../../documents/scripts-report.ts';
import { sarifText } from '../../escape/sarif.ts';
import { fileUri } from '../../escape/uri.ts';
import type { ScriptFinding } from '../../script/judge.ts';

const RULES: { readonly [id in ScriptFinding['id']]: string } = {
  'script/import-unprotected': 'work that starts worker processes runs when a worker imports the script',
  'script/repeated-work': 'costly work runs again in every worker process',
  'script/guard-ends-workers': 'the script ends its worker processes',
  'script/fails-in-workers': 'something works in the main process and not again in its workers',
  'script/notebook-function': 'workers cannot find what a notebook defines',
  'script/syntax': 'the syntax could not be read',
  'script/incomplete': 'the script was not followed to its end',
};

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Findings for code scanning (SARIF 2.1.0, OASIS), as a document. Messages are plain text there. */
export function sarifOf({ files, program }: ScriptsReport): object {
  const ids = Object.keys(RULES) as ScriptFinding['id'][];
  const results = files.flatMap(({ file, findings }) =>
    findings.map(({ id, level, message, place, cell, fix }) => ({
      ruleId: id,
      ruleIndex: ids.indexOf(id),
      level: LEVELS[level],
      message: {
        text: sarifText([cell === null ? message : `cell ${cell}: ${message}`, ...(fix ? [fix] : [])].join('\n')),
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: fileUri(file) },
            region: {
              startLine: place.line,
              startColumn: place.column,
              endLine: place.endLine,
              endColumn: place.endColumn,
            },
          },
        },
      ],
    })),
  );
  // What could not be looked at is no result, but says that the results are not all (SARIF 2.1.0, 3.20.21).
  const unread = files.flatMap(({ file, verdict, why }) =>
    verdict === 'unreadable'
      ? [
          {
            level: 'error',
            message: { text: sarifText(`${file}: unreadable: ${why}`) },
            locations: [{ physicalLocation: { artifactLocation: { uri: fileUri(file) } } }],
          },
        ]
      : [],
  );
  const rules = ids.map((id) => ({ id, shortDescription: { text: RULES[id] } }));
  const document = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: program.name, version: program.version, rules } },
        invocations: [{ executionSuccessful: unread.length === 0, toolExecutionNotifications: unread }],
        results,
      },
    ],
  };
  return document;
}

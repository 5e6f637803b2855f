import { createHash } from 'node:crypto';
import type { ScriptsReport } from '../../documents/scripts-report.ts';
import { sarifText } from '../../escape/sarif.ts';
import { fileUri } from '../../escape/uri.ts';
import type { TextEdit } from '../../script/edits.ts';
import type { ScriptFinding, ScriptReport } from '../../script/judge.ts';
import { checkPage } from '../addresses.ts';
import type { Locate } from './located.ts';
import { RULES } from './rules.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** What SARIF says beside the report: where files lie, and what `--fix` would make of them. */
export interface SarifContext {
  locate: Locate;
  fixes: ReadonlyMap<string, { source: string; edits: readonly TextEdit[] }>;
}

/** Findings for code scanning (SARIF 2.1.0, OASIS), as a document. Messages are plain text there. */
export function sarifOf({ files, program }: ScriptsReport, { locate, fixes }: SarifContext): object {
  const ids = Object.keys(RULES) as ScriptFinding['id'][];
  const artifactLocation = (file: string): object => {
    const { path, isInside } = locate(file);
    return { uri: fileUri(path), ...(isInside ? { uriBaseId: '%SRCROOT%' } : {}) };
  };
  const results = files.flatMap((report) => {
    const { file, findings } = report;
    const print = fingerprints();
    return findings.map((finding) => {
      const { id, level, cell, fix, via } = finding;
      const change = fix === null ? undefined : fixes.get(file);
      return {
        ruleId: id,
        ruleIndex: ids.indexOf(id),
        level: LEVELS[level],
        message: { text: sarifText([messageOf(finding), ...(fix ? [fix] : [])].join('\n')) },
        locations: [
          {
            physicalLocation: { artifactLocation: artifactLocation(file), region: regionOf(finding) },
            // Lines of a cell are no lines of the file that holds it.
            ...(cell === null ? {} : { logicalLocations: [{ name: `cell ${cell}`, kind: 'module' }] }),
          },
        ],
        partialFingerprints: { 'scriptFinding/v1': print(finding) },
        ...(via.length > 0 && cell === null ? { codeFlows: [codeFlow(report, finding, artifactLocation)] } : {}),
        ...(change ? { fixes: [fixOf(change, artifactLocation(file))] } : {}),
      };
    });
  });
  // What could not be looked at is no result, but says that the results are not all (SARIF 2.1.0, 3.20.21).
  const unread = files.flatMap(({ file, verdict, why }) =>
    verdict === 'unreadable'
      ? [
          {
            level: 'error',
            message: { text: sarifText(`${file}: unreadable: ${why}`) },
            locations: [{ physicalLocation: { artifactLocation: artifactLocation(file) } }],
          },
        ]
      : [],
  );
  const rules = Object.entries(RULES).map(([id, { summary, help }]) => ({
    id,
    shortDescription: { text: summary },
    help: { text: sarifText(help) },
    helpUri: checkPage(id),
  }));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: program.name, version: program.version, rules } },
        columnKind: 'utf16CodeUnits',
        // As Python ends lines; without it a carriage return alone ends none (3.14.17, 3.30.2).
        newlineSequences: ['\r\n', '\n', '\r'],
        // Where it lies on this machine is nobody's business (3.14.14 lets it out).
        originalUriBaseIds: { '%SRCROOT%': { description: { text: "the repository's root" } } },
        invocations: [{ executionSuccessful: unread.length === 0, toolExecutionNotifications: unread }],
        results,
      },
    ],
  };
}

function messageOf({ cell, place, message }: ScriptFinding): string {
  return cell === null ? message : `cell ${cell}, line ${place.line}: ${message}`;
}

function regionOf({ cell, place }: ScriptFinding): object {
  if (cell !== null) return { startLine: 1 };
  return { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn };
}

/**
 * What tells a finding from the others of its file, wherever its line moves: what it is, its line without blanks at the ends, and
 * which of those that are alike it is (3.27.17).
 */
function fingerprints(): (finding: ScriptFinding) => string {
  const seen = new Map<string, number>();
  return ({ id, source, cell, via }) => {
    const parts = [id, source.trim(), cell === null ? '' : `cell ${cell}`, via.at(-1)?.name ?? ''];
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return `${digest}:${count}`;
  };
}

/** The way from the statement at the top through the calls to LensKit's. */
function codeFlow({ file }: ScriptReport, finding: ScriptFinding, artifactLocation: (file: string) => object): object {
  const { via, place } = finding;
  const [first] = via;
  const isFirst = first !== undefined && first.line === place.line && first.file === file;
  const steps = [
    { file, name: first?.name ?? '', region: regionOf(finding) },
    ...(isFirst ? via.slice(1) : via).map((call) => ({ ...call, region: { startLine: call.line } })),
  ];
  const locations = steps.map((step, index) => ({
    location: {
      physicalLocation: { artifactLocation: artifactLocation(step.file), region: step.region },
      message: { text: sarifText(index === 0 ? `importing the script reaches ${step.name}` : step.name) },
    },
    nestingLevel: index,
  }));
  return { threadFlows: [{ locations }] };
}

/** What `--fix` does to the file: the whole of it, so that each finding it mends has the same. */
function fixOf({ source, edits }: { source: string; edits: readonly TextEdit[] }, location: object): object {
  const starts = [0, ...Array.from(source.matchAll(/\r\n|\r|\n/g), (end) => end.index + end[0].length)];
  let line = 0;
  const placed = (offset: number): { line: number; column: number } => {
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line++;
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  const replacements = edits.map(({ start, end, text }) => {
    const [from, to] = [placed(start), placed(end)];
    return {
      deletedRegion: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
      ...(text === '' ? {} : { insertedContent: { text } }),
    };
  });
  return {
    description: { text: 'put the work under if __name__ == "__main__"' },
    artifactChanges: [{ artifactLocation: location, replacements }],
  };
}

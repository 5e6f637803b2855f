import { type SavedEnd, savedLine } from '../../doctor/saved-watch.ts';
import type { WatchLine, WatchSummary } from '../../documents/watch.ts';
import { FileError } from '../../files/errors.ts';
import { userLines } from '../../files/lines.ts';
import { type Point, pointOf, withPoint } from '../../live/series.ts';
import { summaryOf } from '../../live/summary.ts';

/** What `--save` has written; without its last line (lk was ended) the summary is made of the looks alone. @throws FileError */
export function savedWatch(file: string): { points: Point[]; summary: WatchSummary } {
  const label = `--from ${file}`;
  let points: Point[] = [];
  let end: SavedEnd | null = null;
  let last: Pick<WatchLine, 'pid' | 'warnings'> | null = null;
  let number = 0;
  for (const { text, isWhole } of userLines(file, label)) {
    number++;
    if (text === '') continue;
    const line = savedLine(text);
    // The last one may have been torn off.
    if (line === null && !isWhole && points.length > 0) continue;
    if (line === null) throw new FileError(`${label}: line ${number} is none that lk watch --save writes`);
    if ('summary' in line) end = line.summary;
    else {
      last = { pid: line.pid, warnings: line.warnings };
      points = withPoint(points, pointOf(line, line.effective, line.at));
    }
  }
  if (points.length === 0 && end === null)
    throw new FileError(`${label}: empty; name a file that lk watch --save has written`);
  const { pid, warnings } = last ?? { pid: null, warnings: [] };
  const alone = { pid, version: null, verdict: null, fix: null, warnings, exitStatus: null, end: 'watching' as const };
  return { points, summary: { ...summaryOf(points), ...(end ?? alone) } };
}

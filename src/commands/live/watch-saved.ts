import { type SavedEnd, savedLine } from '../../doctor/saved-watch.ts';
import type { WatchSummary } from '../../documents/watch.ts';
import { FileError } from '../../files/errors.ts';
import { readUserFile } from '../../files/read.ts';
import { type Point, pointOf, withPoint } from '../../live/series.ts';
import { summaryOf } from '../../live/summary.ts';

/** What `--save` has written; without its last line (lk was ended) the summary is made of the looks alone. @throws FileError */
export function savedWatch(file: string): { points: Point[]; summary: WatchSummary } {
  const label = `--from ${file}`;
  let points: Point[] = [];
  let end: SavedEnd | null = null;
  let pid: number | null = null;
  const lines = readUserFile(file, label).split('\n');
  for (const [index, text] of lines.entries()) {
    if (text === '') continue;
    const line = savedLine(text);
    // The last one may have been torn off.
    if (line === null && index === lines.length - 1 && points.length > 0) continue;
    if (line === null) throw new FileError(`${label}: line ${index + 1} is none that lk watch --save writes`);
    if ('summary' in line) end = line.summary;
    else {
      pid = line.pid;
      points = withPoint(points, pointOf(line, line.effective, line.at));
    }
  }
  if (points.length === 0 && end === null)
    throw new FileError(`${label}: empty; name a file that lk watch --save has written`);
  const alone = { pid, version: null, verdict: null, fix: null, exitStatus: null, end: 'watching' as const };
  return { points, summary: { ...summaryOf(points), ...(end ?? alone) } };
}

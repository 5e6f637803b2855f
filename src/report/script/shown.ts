import type { ScriptsReport } from '../../documents/scripts-report.ts';
import { eachText } from '../../escape/texts.ts';
import { visible, visibleLines } from '../../escape/visible.ts';

/**
 * A report whose texts can be seen. A fix has lines, which stay lines; a source line stays as it is, since its columns
 * count, and is made visible piece by piece where it is drawn.
 */
export function shownScripts(report: ScriptsReport): ScriptsReport {
  const shown = eachText(report, visible, visible);
  const files = report.files.map(({ findings }, index) => {
    const file = shown.files[index] as ScriptsReport['files'][number];
    const own = file.findings.map((finding, at) => ({
      ...finding,
      source: findings[at]?.source ?? '',
      fix: visibleLines(findings[at]?.fix ?? '') || null,
    }));
    return { ...file, findings: own };
  });
  return { ...shown, files };
}

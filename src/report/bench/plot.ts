import { counted } from '../../checks/check.ts';
import { type BenchResult, claimed } from '../../documents/bench-result.ts';
import { eachText } from '../../escape/texts.ts';
import { visible } from '../../escape/visible.ts';
import { claimWords, unchangedWords } from './verdict.ts';
import { isSame, jobText, ranked, settingText, settingTitle } from './words.ts';

const MOST = 40;

/** The settings with their intervals, every run a dot, as SVG. */
export async function renderSvg(given: BenchResult): Promise<string> {
  // Vega escapes what XML acts on; what cannot be seen it would let through.
  const result = eachText(given, visible, visible);
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const entries = [
    { name: 'now', ...result.baseline, color: 'now' },
    ...ranked(result)
      .filter(({ median }) => median !== null)
      .map((trial) => ({
        ...trial,
        name: settingText(trial.settings),
        color: isSame(trial, claimed(result)) ? 'winner' : trial.tied ? 'tied' : 'setting',
      })),
  ].slice(0, MOST);
  const values = entries.map(({ name, median, interval, color }) => ({
    name,
    median,
    low: interval?.[0],
    high: interval?.[1],
    color,
  }));
  const runs = entries.flatMap(({ name, runs: own }) =>
    own.filter(({ status }) => status === 'ok').map(({ seconds }) => ({ name, seconds })),
  );
  const y = {
    field: 'name',
    type: 'nominal',
    title: null,
    sort: entries.map(({ name }) => name),
  } as const;
  const { spec } = compile({
    title: {
      text: jobText(result).slice(0, 100),
      subtitle: [subtitle(result), settingTitle(result), measuredWhere(result)],
    },
    width: 480,
    background: 'white',
    layer: [
      {
        data: { values },
        mark: 'bar',
        encoding: {
          y,
          x: { field: 'median', type: 'quantitative', title: 'seconds (median, 95 % interval, every run)' },
          color: {
            field: 'color',
            type: 'nominal',
            legend: null,
            scale: {
              domain: ['now', 'winner', 'tied', 'setting'],
              range: ['#d29922', '#2da44e', '#8fd19e', '#8ab4d8'],
            },
          },
        },
      },
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      {
        data: { values: runs },
        mark: { type: 'point', filled: true, size: 16, color: 'black', opacity: 0.6 },
        encoding: { y, x: { field: 'seconds', type: 'quantitative' } },
      },
    ],
  });
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}

function subtitle(result: BenchResult): string {
  const { cpus } = result;
  const machine = counted(cpus.effective, 'effective CPU');
  return `${machine}: ${claimed(result) === null ? unchangedWords(result) : claimWords(result)}`;
}

function measuredWhere({ time, machine }: BenchResult): string {
  const { platform, arch, model } = machine;
  return `${time.slice(0, 10)}, ${platform} ${arch}${model === null ? '' : `, ${model}`}`.slice(0, 100);
}

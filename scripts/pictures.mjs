// Draws docs/pictures/*.svg: the real output of lk doctor on the snapshots beside them, colours and all.
// To take a new snapshot: lk doctor --snapshot docs/pictures/NAME.json on the machine in question.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundled } from './bundled.mjs';

const FOLDER = 'docs/pictures';
const COLUMNS = 80;
const CELL = { width: 8.4, height: 18 };
const PADDING = 16;
const COLORS = { 31: '#f85149', 32: '#3fb950', 33: '#d29922', 36: '#39c5cf' };
const FOREGROUND = '#e6edf3';

const SGR = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`);
const ALL_SGR = new RegExp(SGR, 'g');

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line with SGR codes as text spans. */
function spans(line) {
  const style = { bold: false, dim: false, color: FOREGROUND };
  let column = 0;
  return line.split(SGR).flatMap((part, index) => {
    if (index % 2 === 1) {
      const code = Number(part);
      if (code === 0) Object.assign(style, { bold: false, dim: false, color: FOREGROUND });
      else if (code === 1) style.bold = true;
      else if (code === 2) style.dim = true;
      else if (code === 22) Object.assign(style, { bold: false, dim: false });
      else if (code === 39) style.color = FOREGROUND;
      else style.color = COLORS[code] ?? style.color;
      return [];
    }
    if (part === '') return [];
    const x = PADDING + column * CELL.width;
    column += [...part].length;
    const width = ([...part].length * CELL.width).toFixed(1);
    const look = `fill="${style.color}"${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.65"' : ''}`;
    return [
      `<tspan x="${x.toFixed(1)}" textLength="${width}" lengthAdjust="spacingAndGlyphs" ${look}>${escaped(part)}</tspan>`,
    ];
  });
}

function picture(output, command, columns = COLUMNS) {
  const lines = [`$ ${command}`, '', ...output.trimEnd().split('\n')];
  const longest = Math.max(columns, ...lines.map((line) => [...line.replaceAll(ALL_SGR, '')].length));
  const size = {
    width: Math.ceil(longest * CELL.width + 2 * PADDING),
    height: lines.length * CELL.height + 2 * PADDING,
  };
  const text = lines.map(
    (line, index) =>
      `<text y="${PADDING + (index + 1) * CELL.height - 5}" xml:space="preserve">${spans(line).join('')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<title>${escaped(command)}</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${text.join('\n')}
</svg>
`;
}

const files = readdirSync(FOLDER);
for (const file of files.filter((name) => name.endsWith('.json') && !name.endsWith('.result.json'))) {
  const env = { ...process.env, FORCE_COLOR: '1', COLUMNS: String(COLUMNS) };
  const args = ['bin/lk.cjs', 'doctor', '--from', path.join(FOLDER, file), '--fail-on', 'never'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  writeFileSync(path.join(FOLDER, file.replace('.json', '.svg')), picture(stdout, 'lk doctor'));
}

// lk bench batch, from results kept with --save.
const { renderBenchText } = await bundled('src/report/bench/text.ts');
const { renderSvg } = await bundled('src/report/bench/plot.ts');
const COMMAND = 'lk bench batch --data ml-latest-small --for-users 100000';
for (const file of files.filter((name) => name.endsWith('.result.json'))) {
  const result = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'));
  const text = renderBenchText(result, { color: true, width: COLUMNS, verbose: false });
  writeFileSync(path.join(FOLDER, file.replace('.result.json', '.svg')), picture(text, COMMAND));
  writeFileSync(path.join(FOLDER, file.replace('.result.json', '-plot.svg')), await renderSvg(result));
}

// What it says while it runs, a line for each phase, on terminals of two widths.
const { progressLine } = await bundled('src/report/bench/progress.ts');
const setting = (processes, threads, backendThreads) => ({
  label: `LK_NUM_PROCS=${processes} LK_NUM_THREADS=${threads} LK_NUM_BACKEND_THREADS=${backendThreads}`,
  settings: { processes, threads, backendThreads, workerThreads: null, ray: null },
  isCurrent: false,
  users: null,
});
const now = { ...setting(2, 2, 1), label: 'the current environment', isCurrent: true };
const leader = { label: '', median: 0.869, speedup: 4.38 };
const moments = [
  { phase: 'preparing', doing: 'importing LensKit, loading data, training', trying: null, since: 12 },
  { phase: 'warming up', trying: now, runs: 0, since: 9 },
  { phase: 'baseline', trying: now, runs: 1, leftSeconds: 190 },
  { phase: 'searching', trying: setting(1, 2, 1), runs: 9, leftSeconds: 150, leader, since: 3 },
  { phase: 'comparing', trying: setting(1, 2, 1), runs: 24, leftSeconds: 75, leader },
  { phase: 'extrapolating', trying: { ...setting(1, 2, 1), users: 12_200 }, runs: 34, leftSeconds: 40, leader },
];
for (const columns of [80, 40]) {
  const lines = moments.map(({ since = 0, ...moment }) => {
    const progress = {
      doing: '',
      runs: 0,
      leader: null,
      elapsedSeconds: 0,
      remainingSeconds: 0,
      leftSeconds: null,
      ...moment,
    };
    return `\u001b[36m⠴\u001b[39m ${progressLine(progress, since, columns - 3)}`;
  });
  const name = columns === COLUMNS ? 'bench-running.svg' : `bench-running-${columns}.svg`;
  writeFileSync(
    path.join(FOLDER, name),
    picture(lines.join('\n'), columns === COLUMNS ? COMMAND : 'lk bench batch', columns),
  );
}
for (const file of files.filter((name) => name.endsWith('.result.json'))) {
  const result = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'));
  const text = renderBenchText(result, { color: true, width: 40, verbose: false });
  writeFileSync(path.join(FOLDER, file.replace('.result.json', '-40.svg')), picture(text, 'lk bench batch', 40));
}

/** Lines cut where a terminal cuts them. */
const folded = (text) => text.replace(new RegExp(`^(.{${COLUMNS}})(?=.)`, 'gm'), '$1\n');

// What helps: the first screen, a command that is misspelt, what fish offers.
for (const [name, args] of [
  ['help.svg', ['--help']],
  ['misspelt.svg', ['docter']],
]) {
  const env = { ...process.env, FORCE_COLOR: '1', COLUMNS: String(COLUMNS) };
  const { stdout, stderr } = spawnSync(process.execPath, ['bin/lk.cjs', ...args], { encoding: 'utf8', env });
  writeFileSync(path.join(FOLDER, name), picture(folded(stdout + stderr), `lk ${args.join(' ')}`));
}

const LINE = 'lk doctor --only cpu/';
const script = spawnSync(process.execPath, ['bin/lk.cjs', 'completion', 'fish'], { encoding: 'utf8' }).stdout;
const asked = ['--no-config', '-c', `${script}\ncomplete -C '${LINE}'`];
const offered = spawnSync('fish', asked, { encoding: 'utf8' });
if (offered.error) console.error(`completion.svg stays as it is: ${offered.error.message}`);
else {
  // As fish's pager lays it out: the word, and what it is about at the right.
  const rows = offered.stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const lines = rows.map(([word, about]) => {
    const described = `(${about})`;
    return `${word}${' '.repeat(COLUMNS - word.length - described.length)}\u001b[33m${described}\u001b[39m`;
  });
  writeFileSync(path.join(FOLDER, 'completion.svg'), picture(lines.join('\n'), `${LINE}⇥`));
}

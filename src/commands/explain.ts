import path from 'node:path';
import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { CHECKS } from '../checks/all.ts';
import { readUserFile } from '../files/read.ts';
import { asPage } from '../output/presented.ts';
import { print } from '../output/standard-output.ts';
import { terminal } from '../output/terminal.ts';
import { FINDING_IDS } from '../script/finding-ids.ts';
import { didYouMean } from '../spelling/nearest.ts';
import { FlagError } from './flags.ts';
import { KNOBS } from './knobs.ts';

export default class Explain extends Command {
  static override summary = 'Print the page of a check or a knob: what it means, what to do.';

  static override description = 'Without a name it lists them; of a group (cpu) it lists the checks.';

  static override examples = [
    '<%= config.bin %> explain',
    '<%= config.bin %> explain cpu/quota-ignored',
    '<%= config.bin %> explain LK_NUM_THREADS',
  ];

  static override args = {
    name: Args.string({ description: 'A check (cpu/throttled) or a knob (LK_NUM_THREADS).', ignoreStdin: true }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(Explain);
    const group = groupOf(args.name ?? '');
    if (args.name === undefined || group.length > 0) {
      print(asPage(args.name === undefined ? listing() : checksOf(group)));
      return;
    }
    const { renderPage } = await import('../report/page.ts');
    print(asPage(renderPage(readUserFile(path.join(this.config.root, 'docs', pageOf(args.name))), terminal())));
  }
}

function pageOf(name: string): string {
  // lk check script has findings of its own, of which one page tells.
  if (FINDING_IDS.some((id) => id === name.toLowerCase())) return 'checks/script/import-unprotected.md';
  const check = CHECKS.find(({ id }) => id === name.toLowerCase());
  if (check) return `checks/${check.id}.md`;
  const knob = Object.entries(KNOBS).find(
    ([variable, others]) => variable === name.toUpperCase() || others.includes(name.toLowerCase().replaceAll('-', '_')),
  );
  if (knob) return `knobs/${knob[0]}.md`;
  const known = [...CHECKS.map(({ id }) => id), ...FINDING_IDS, ...Object.keys(KNOBS)];
  throw new FlagError(`explain ${name}: no such check or knob${didYouMean(name, known) || '; lk explain lists them'}`);
}

type Checks = typeof CHECKS;

/** The checks of a group (`cpu`, `cpu/`); empty: no group has this name. */
function groupOf(name: string): Checks {
  const group = `${name.toLowerCase().replace(/\/$/, '')}/`;
  return CHECKS.filter(({ id }) => id.startsWith(group));
}

function checksOf(checks: Checks): string {
  const width = Math.max(...checks.map(({ id }) => id.length)) + 2;
  return checks.map(({ id, title }) => `  ${id.padEnd(width)}${title}\n`).join('');
}

function listing(): string {
  const lines = (names: readonly string[]): string => names.map((name) => `  ${name}\n`).join('');
  return `Checks\n${checksOf(CHECKS)}\nKnobs\n${lines(Object.keys(KNOBS))}\nFindings in scripts\n${lines(FINDING_IDS)}`;
}

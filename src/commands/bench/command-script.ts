import { statSync } from 'node:fs';
import type { BenchResult } from '../../documents/bench-result.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Situation } from '../../situation/situation.ts';
import type { RulesOfCommand } from './command-python.ts';

/** The Python script that a command runs, as far as reading it says something of the measurement. */
export interface CommandScript {
  file: string;
  /** What is known before it is run. */
  warnings: string[];
  /** Where it sets itself what is varied: `line 7: sets LK_NUM_PROCS`. */
  own: string[];
}

/** Looks at the script of a command before its first run; null: it runs none that can be found. */
export async function scriptOf(
  command: readonly string[],
  { rules }: Pick<Situation, 'rules'>,
): Promise<CommandScript | null> {
  const file = command.find((word) => word.endsWith('.py') && isFile(word));
  if (file === undefined) return null;
  const { judgedCommand } = await import('../check/run.ts');
  const { verdict, own } = await judgedCommand(file, traitsOf(rules).batch === 'processes');
  const known = verdict !== null && verdict in WORDS ? (verdict as keyof typeof WORDS) : null;
  return {
    file,
    warnings: known === null ? [] : [`${file}: ${WORDS[known]}: lk check script ${file} says where`],
    own: own.map(({ line, what }) => `line ${line} ${what}`),
  };
}

const WORDS = {
  unprotected: 'its worker processes fail, or start again what imports it',
  'guard ends workers': 'its worker processes end before they begin',
  'fails in workers': 'its worker processes fail, since something works in the main process alone',
  'repeats work': 'its worker processes repeat work, which is measured with them',
} as const;

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true;
}

/** What is known of a command besides its script. */
interface CommandKnown {
  script: CommandScript | null;
  /** Variables that its own words set. */
  sets: readonly string[];
  rules: RulesOfCommand;
}

/** Why it may be that no setting makes a difference; nothing where one does, or it is not known. */
export function whyNothingMatters(result: BenchResult, { script, sets, rules }: CommandKnown): string[] {
  const { verdict, trials, engine } = result;
  if (verdict.kind !== 'same') return [];
  if (script !== null && script.own.length > 0)
    return [`no setting matters: ${script.file} decides itself: ${script.own.join('; ')}`];
  if (sets.length > 0) return [`no setting matters: the command ${sets.join(', ')}`];
  const timed = trials.filter(({ median, roles }) => median !== null && !roles.includes('current'));
  if (timed.length < 2 || !timed.every(({ tied }) => tied)) return [];
  if (engine !== 'command') return ['no setting matters here'];
  const other = rules.assumed ? ', or runs another LensKit than that of the rules' : '';
  return [`no setting matters: the command spends its time elsewhere, or sets the variables itself${other}`];
}

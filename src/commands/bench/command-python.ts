import type { Host } from '../../host/host.ts';
import { type CommandPython, commandPython } from '../../python/of-command.ts';
import type { Situation } from '../../situation/situation.ts';
import { shellLine } from './values.ts';

interface Asked {
  command: readonly string[] | null;
  flags: { shell: boolean; python?: string | undefined; lenskit?: string | undefined };
}

/** The Python that the command runs, by files; null: there is no command, or --python says which. */
export function pythonOfCommand(host: Host, { command, flags }: Asked): CommandPython | null {
  if (command === null || flags.python !== undefined) return null;
  return commandPython(host, flags.shell ? ['/bin/sh', '-c', shellLine(command)] : command);
}

/** Whose rules the settings are of, and whether that is only assumed. */
export interface RulesOfCommand {
  why: string;
  assumed: boolean;
}

/** Whose rules hold for a command, in words: `read from …/METADATA; the command runs /env/bin/python`. */
export function rulesOfCommand(
  python: CommandPython | null,
  { lenskit }: Pick<Situation, 'lenskit'>,
  { lenskit: chosen }: Asked['flags'],
): RulesOfCommand {
  const from = lenskit.why.replace(/^assumed: /, '');
  if (python === null || chosen !== undefined)
    return { why: from, assumed: lenskit.version === null && chosen === undefined };
  if (python.found === null) return { why: `${python.why}; ${from}`, assumed: true };
  return { why: `${from}; the command runs ${python.why}`, assumed: lenskit.version === null };
}

/** What has to be known of the rules before anything is run; nothing where they are the command's own. */
export function assumedWords(
  { why, assumed }: RulesOfCommand,
  { rules, lenskit }: Pick<Situation, 'rules' | 'lenskit'>,
): string[] {
  const whose = `${rules.generation}${lenskit.version === null ? '' : `, of LensKit ${lenskit.version},`}`;
  return assumed
    ? [`the rules ${whose} are assumed: ${why}; --python names the command's Python, --lenskit its LensKit`]
    : [];
}

/** Variables that the command sets itself, whatever is tried: `sets LK_NUM_PROCS=2`. */
export function ownSets(python: CommandPython | null, varied: (name: string) => boolean): string[] {
  return Object.entries(python?.sets ?? {}).flatMap(([name, value]) => (varied(name) ? [`sets ${name}=${value}`] : []));
}

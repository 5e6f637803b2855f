import { Markup } from './markup.ts';
import { visible, visibleLines } from './visible.ts';

/** A workflow command's level, properties and message. */
interface Command {
  level: 'error' | 'warning' | 'notice';
  properties: { readonly [name: string]: string | number };
  message: string;
}

/**
 * A workflow command of GitHub Actions, which shows it as an annotation (actions/runner, `ActionCommand.cs`: `%`, CR and
 * LF are escaped in messages, `:` and `,` in properties as well).
 */
export function workflowCommand({ level, properties, message }: Command): Markup<'github'> {
  const given = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return new Markup(`::${level} ${given.join(',')}::${data(withoutCommands(visibleLines(message)))}\n`);
}

function data(text: string): string {
  // The old form within a command is not obeyed today, and need not be there.
  return withoutOldForm(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function withoutOldForm(text: string): string {
  return text.replaceAll('##[', '#\\x23[');
}

function property(text: string): string {
  return data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** .NET trims U+0085 as well, unlike JavaScript. */
const BEGINS_COMMAND = /^[\s\u0085]*::/;

/**
 * Lines that GitHub would obey, made such that it shows them: a command begins a line with `::`, with or without blanks
 * before it (`ActionCommand.TryParseV2`), and the old form stands anywhere (`##[`, `TryParse`).
 */
export function withoutCommands(text: string): string {
  return text
    .split('\n')
    .map((line) => (BEGINS_COMMAND.test(line) ? withoutOldForm(line).replace(':', '\\x3a') : withoutOldForm(line)))
    .join('\n');
}

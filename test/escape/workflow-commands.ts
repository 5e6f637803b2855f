/** A command as GitHub's runner would obey it. */
interface WorkflowCommand {
  name: string;
  properties: { [name: string]: string };
  data: string;
}

const KNOWN = [
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice', 'remove-matcher'],
  ...['save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
];

/**
 * What the runner reads out of a line, by the rules of its `ActionCommand`: `::name a=b,c=d::data` where the line begins
 * so, blanks aside; else `##[name a=b;c=d]data` wherever it stands. null: nothing.
 */
export function commandOf(line: string): WorkflowCommand | null {
  return modern(line) ?? old(line);
}

function modern(line: string): WorkflowCommand | null {
  // .NET trims U+0085 as well, and not U+FEFF.
  const [, head, data] = /^[\s\u0085]*::(.*?)::(.*)$/s.exec(line) ?? [];
  if (head === undefined || data === undefined) return null;
  return command(head, ',', data, { '%3A': ':', '%2C': ',' });
}

function old(line: string): WorkflowCommand | null {
  const [, head, data] = /##\[(.*?)\](.*)$/s.exec(line) ?? [];
  if (head === undefined || data === undefined) return null;
  return command(head, ';', data, { '%3B': ';', '%5D': ']' });
}

function command(
  head: string,
  separator: string,
  data: string,
  escapes: { [written: string]: string },
): WorkflowCommand | null {
  const space = head.indexOf(' ');
  const name = space < 0 ? head : head.slice(0, space);
  if (!KNOWN.includes(name.toLowerCase())) return null;
  const pairs = (space > 0 ? head.slice(space + 1).trim() : '').split(separator).flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 && equals < pair.length - 1
      ? [[pair.slice(0, equals), unescaped(pair.slice(equals + 1), escapes)]]
      : [];
  });
  return { name, properties: Object.fromEntries(pairs), data: unescaped(data, separator === ';' ? escapes : {}) };
}

function unescaped(text: string, more: { [written: string]: string }): string {
  const escapes = { '%0D': '\r', '%0A': '\n', ...more, '%25': '%' };
  return Object.entries(escapes).reduce((left, [written, meant]) => left.replaceAll(written, meant), text);
}

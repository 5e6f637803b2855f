/**
 * What a terminal, an editor or a log acts on instead of showing it: C0 but newline, DEL, C1, bidirectional and
 * zero-width controls, line and paragraph separators.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const ESCAPES = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/** A diff's own tab, between a file's name and what it is. */
const DIFF_HEADER = /^((?:---|\+\+\+) .*)\t(?=(?:before|after)$)/gm;

/** The first control in a text, with what stands around it; null: none. */
export function firstEscape(text) {
  const shown = text.replace(DIFF_HEADER, '$1 ');
  const at = shown.search(ESCAPES);
  return at < 0 ? null : around(shown, at);
}

/** The first bytes that are no UTF-8, which a terminal may read as C1. */
export function firstInvalid(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return null;
  } catch {
    return 'not UTF-8';
  }
}

const OLD_COMMANDS =
  /##\[(?:add-mask|add-matcher|add-path|command|debug|echo|endgroup|error|group|internal-\S*|notice|remove-matcher|save-state|section|set-env|set-output|stop-commands|warning)\b[^\]]*\]/i;

/**
 * Lines that GitHub's runner would obey (actions/runner, `ActionCommand.cs`): `::name …::` at the beginning of a line,
 * behind blanks too, and the old `##[name]` anywhere in it.
 */
export function obeyedLines(text) {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => /^\s*::[A-Za-z-]+[^:]*(?::[^:]+)*::/.test(line) || OLD_COMMANDS.test(line));
}

/** What `--format github` itself means to print; no line of its message looks like a command. */
export function isOwnAnnotation(line) {
  const [first, ...message] = line.split(/%0[AD]/);
  return (
    /^::(?:error|warning|notice) (?:file|title|line|col|endLine|endColumn)=/.test(first) &&
    !/[ ,]title=obeyed(?:,|$)/.test(first.split('::')[1] ?? '') &&
    message.every((part) => obeyedLines(part).length === 0)
  );
}

const TRACES = [
  /^\s+at .*\(?\S+:\d+:\d+\)?$/m,
  /\bnode:internal\//,
  /\bCannot read propert(?:y|ies) of\b/,
  /\bis not (?:a function|iterable|a constructor)\b/,
  /\bMaximum call stack\b/,
  /\bFATAL ERROR\b|\bheap out of memory\b/,
];
/** A benched command's last lines may say the same of the command itself. */
const ERRORS = [
  /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|AssertionError)\b(?=: )/,
  /^Traceback \(most recent call last\)/m,
];
const MINIFIED = /^(?=.*(?:=>|\bfunction\b)).{2000,}$/m;

/**
 * The first sign of a program that broke down rather than answered: a stack trace, minified source, words of the
 * JavaScript engine. `isDocument`: lines may be long; `isJobs`: the text quotes what a command printed.
 */
export function firstTrace(text, { isDocument = false, isJobs = false } = {}) {
  const patterns = [...TRACES, ...(isJobs ? [] : ERRORS), ...(isDocument || isJobs ? [] : [MINIFIED])];
  const at = patterns.map((pattern) => text.search(pattern)).find((one) => one >= 0);
  return at === undefined ? null : around(text, at);
}

const NODE_WARNING = /\((?:node|Use `node):?\d*\) |\b(?:MaxListenersExceeded|Deprecation|Experimental)Warning\b/;

/** Node's own warnings, which say nothing to who typed the command. */
export function firstNodeWarning(text) {
  const at = text.search(NODE_WARNING);
  return at < 0 ? null : around(text, at);
}

/** Lines that are there to be pasted into a shell. */
export function linesToPaste(text) {
  const lines = [];
  for (const line of text.split('\n')) {
    const found = /^(?:\s*(?:[-*>|✗!·]\s*)?(?:fix|set)?\s*`{0,3})((?:export|unset) .*)$/.exec(line);
    if (found) lines.push(found[1].replace(/`+$/, ''));
  }
  return lines;
}

/** True where a shell could do more with the line than set variables. */
export function needsShell(line) {
  return !/^(?:export|unset)(?: [A-Za-z_]\w*(?:=[\w.,:/+@-]*)?)*$/.test(line);
}

function around(text, at) {
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + 100));
}

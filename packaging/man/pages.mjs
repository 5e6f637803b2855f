// Manual pages in mdoc(7), which mandoc and groff both read, from oclif's manifest: the text that --help shows.
import { examples, inLine, list, paragraphs, word } from './mdoc.mjs';

/** The pages' file names and texts. */
export function manPages({ commands, topics, description, name, version, date }) {
  const program = { name, version, date };
  const all = Object.entries(commands).map(([id, command]) => ({ ...command, id, words: id.split(':') }));
  return {
    'lk.1': mainPage({ all, topics, description, program }),
    ...Object.fromEntries(all.map((command) => [`${pageOf(command)}.1`, commandPage(command, all, program)])),
  };
}

const pageOf = ({ words }) => ['lk', ...words].join('-');

function head(page, { name, version, date }) {
  const day = date.toLocaleDateString('en-US', { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' });
  return `.\\" Made from the table of commands by npm run dist.
.Dd ${day}
.Dt ${page.toUpperCase()} 1
.Os ${name} ${version}`;
}

function mainPage({ all, topics, description, program }) {
  const topicLines = Object.entries(topics).map(([topic, about]) => [
    `.It Cm ${word(topic)}`,
    paragraphs(about.description),
  ]);
  const groups = Object.keys(topics).map((topic) => `.Cm ${word(topic)}`);
  return `${head('lk', program)}
.Sh NAME
.Nm lk
.Nd ${inLine(description)}
.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar flags
.Nm
.Cm help
.Op Ar command
.Nm
.Fl -version
.Sh DESCRIPTION
.Nm
says what the parallelism of LensKit, a Python library for experiments with
recommender systems, will really do on a machine, why, and what to set instead.
It runs nothing of yours unless a flag or a command asks for it.
.Pp
The commands are:
${list(all.map((command) => [`.It Cm ${command.words.map(word).join(' ')}`, `${paragraphs(command.summary)}\nSee\n.Xr ${pageOf(command)} 1 .`]))}
.Pp
Of these,
${groups.join('\nand\n')}
are groups:
${list(topicLines)}
.Sh ENVIRONMENT
${list([
  ['.It Ev NO_COLOR', paragraphs('If set and not empty, nothing is coloured.')],
  ['.It Ev FORCE_COLOR', paragraphs('Colours wherever the output goes, and wins over NO_COLOR; 0 turns them off.')],
  ['.It Ev VIRTUAL_ENV , CONDA_PREFIX', paragraphs('The environment that is looked at where --python names none.')],
  ['.It Ev XDG_CACHE_HOME', paragraphs('Below it lies lenskit-doctor/, in which Node may keep what it compiled.')],
])}
.Sh FILES
${list([
  [
    `.It Pa ${word('.lenskit-doctor.toml')} , pyproject.toml`,
    paragraphs(
      'What a project wants always, in the second one under [tool.lenskit-doctor]: the nearest file upward applies, the first one where both are in a folder.',
    ),
  ],
  ['.It Pa lenskit.toml', paragraphs("LensKit's own settings, from 2026.1 on.")],
])}
.Sh EXIT STATUS
${paragraphs('0 nothing at or above --fail-on, 1 something is, 2 wrong usage or unreadable input, 130 interrupted. lk run ends as its command does.')}
${seeAlso(all)}`;
}

function commandPage(command, all, program) {
  const title = ['lk', ...command.words].join(' ');
  const [description, exit] = apart(command.description ?? '');
  const sections = [
    ['NAME', `.Nm ${pageOf(command)}\n.Nd ${inLine(command.summary)}`],
    ['SYNOPSIS', synopsis(title, command)],
    ['DESCRIPTION', `${paragraphs(description || command.summary)}${argumentsOf(command)}${flagsOf(command)}`],
    ['EXIT STATUS', exit === '' ? '' : paragraphs(exit)],
    ['EXAMPLES', examples((command.examples ?? []).map((one) => one.replaceAll('<%= config.bin %>', 'lk')))],
  ];
  const text = sections.filter(([, body]) => body !== '').map(([heading, body]) => `.Sh ${heading}\n${body}`);
  return `${head(pageOf(command), program)}\n${text.join('\n')}\n${seeAlso(all, command)}`;
}

/** What the command does, and the sentence on its exit status. */
function apart(description) {
  const parts = description.split('\n\n');
  const exit = parts.filter((part) => part.startsWith('Exit status: '));
  return [parts.filter((part) => !exit.includes(part)).join('\n\n'), exit.map((part) => part.slice(13)).join('\n\n')];
}

/** The forms of a command: as its usage has them, else by its arguments. */
function synopsis(title, { usage, args, strict, words }) {
  const operands = Object.entries(args).map(([name, { required }]) => {
    const operand = `${name.toUpperCase()}${strict ? '' : '…'}`;
    return required ? operand : `[${operand}]`;
  });
  const forms = usage ? [usage].flat() : [[...words, '[FLAGS]', ...operands].join(' ')];
  return forms.map((form) => [`.Nm ${title}`, ...parts(form.slice(words.join(' ').length))].join('\n')).join('\n');
}

/** A line for each part of a form: `PID`, `[FLAGS]`, `--from FILE`, `[-- COMMAND ARGUMENT…]`. */
function parts(form) {
  const lines = [];
  for (const [, optional, one] of form.matchAll(/\[([^\]]*)\]|(\S+)/g)) {
    if (optional !== undefined) lines.push(`.Op ${optional.split(' ').map(part).join(' ')}`);
    else if (/^\.Fl \S+$/.test(lines.at(-1))) lines.push(`${lines.pop()} ${part(one)}`);
    else lines.push(`.${part(one)}`);
  }
  return lines;
}

function part(text) {
  if (text === '--') return 'Fl \\-';
  if (text.startsWith('--')) return `Fl -${word(text.slice(2))}`;
  return `Ar ${word(text.replace('…', '').toLowerCase())}${text.endsWith('…') ? ' ...' : ''}`;
}

function argumentsOf({ args }) {
  const items = Object.entries(args).map(([name, { description, options }]) => [
    `.It Ar ${word(name)}`,
    paragraphs(`${description ?? ''}${options ? ` One of ${options.join(', ')}.` : ''}`),
  ]);
  return items.length === 0 ? '' : `\n.Pp\nThe arguments are:\n${list(items)}`;
}

/** The flags in the groups of --help, those without a group first. */
function flagsOf({ flags }) {
  const groups = [...new Set(Object.values(flags).map(({ helpGroup = '' }) => helpGroup))].sort();
  return groups
    .map((group) => {
      const own = Object.values(flags).filter(({ helpGroup = '' }) => helpGroup === group);
      const title = group === '' ? '\n.Pp\nThe flags are:' : `\n.Ss ${inLine(sentenceCase(group))}`;
      return `${title}\n${list(own.map((flag) => [`.It ${spelled(flag)}`, paragraphs(aboutFlag(flag))]))}`;
    })
    .join('');
}

const sentenceCase = (text) => text.charAt(0) + text.slice(1).toLowerCase();

function spelled({ name, char, type, helpValue, options }) {
  const short = char ? `Fl ${word(char)} , ` : '';
  if (type === 'boolean') return `${short}Fl -${word(name)}`;
  const value = word(options ? 'value' : (helpValue ?? 'value').replace(/^\[(.*)\]$/, '$1'));
  if (helpValue?.startsWith('[')) return `${short}Fl -${word(name)} Ns Oo = Ns Ar ${value} Oc`;
  return `${short}Fl -${word(name)} Ns = Ns Ar ${value}`;
}

function aboutFlag({ summary = '', options, default: fallback, exclusive = [] }) {
  const choice = options ? ` One of ${options.join(', ')}.` : '';
  const preset = typeof fallback === 'string' || typeof fallback === 'number' ? ` Default: ${fallback}.` : '';
  const without = exclusive.length === 0 ? '' : ` Not with ${exclusive.map((one) => `--${one}`).join(', ')}.`;
  return `${summary}${choice}${preset}${without}`;
}

function seeAlso(all, own) {
  const pages = ['lk', ...all.map(pageOf)].filter((page) => page !== (own ? pageOf(own) : 'lk')).sort();
  return `.Sh SEE ALSO\n${pages.map((page, index) => `.Xr ${page} 1${index < pages.length - 1 ? ' ,' : ''}`).join('\n')}\n`;
}

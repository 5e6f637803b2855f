import { Markup, markup } from './markup.ts';
import { visible } from './visible.ts';

/**
 * Text that is not to be read as Markdown, HTML, a link or a mention (GitHub's Markdown). Characters of its syntax are
 * written as references, which Markdown shows and never acts on: so no link begins by itself either (`http:`, `www.`).
 */
function escaped(text: string): string {
  return visible(text)
    .replace(/[&<>"'`*_[\]|#~\\!@^$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/(www|ftp)\./gi, '$1&#46;');
}

/** `` md`**${title}**` ``: what is put in is text. */
export const md = markup<'markdown'>(escaped);

/** A code span, with more backticks than its text has; a pipe would end a table's cell. */
export function code(text: string): Markup<'markdown'> {
  const flat = visible(text).replaceAll('|', '\\|');
  const ticks = '`'.repeat(longestRun(flat) + 1);
  const pad = flat.includes('`') || flat === '' || /^ .* $/.test(flat) ? ' ' : '';
  return new Markup(`${ticks}${pad}${flat}${pad}${ticks}`);
}

/** A block of code, with a longer fence than any that its lines hold. */
export function fence(lines: readonly string[], language: string): Markup<'markdown'> {
  const shown = lines.map(visible);
  const ticks = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
  return new Markup([`${ticks}${language}`, ...shown, ticks].join('\n'));
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

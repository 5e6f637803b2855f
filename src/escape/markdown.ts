import { Markup, markup } from './markup.ts';
import { visible } from './visible.ts';

/**
 * Text that is not to be read as Markdown, HTML, a link or a mention (GitHub's Markdown). Characters of its syntax are
 * written as references, which Markdown shows and never acts on: so no link begins by itself either (`http:`, `www.`).
 * Mail addresses, mentions and numbers of issues are looked for in what comes out, where references are characters
 * again (cmark-gfm, `postprocess_text`): a space of no width holds their parts apart.
 */
function escaped(text: string): string {
  return (
    visible(text)
      .replace(/[&<>"'`*_[\]|#~\\!@^$]/g, (character) => `&#${character.charCodeAt(0)};${APART[character] ?? ''}`)
      .replace(/:(?=\/\/)/g, '&#58;')
      .replace(/(www|ftp)\./gi, '$1&#46;')
      .replace(/\bGH-(?=\d)/gi, (issue) => `${issue}${NO_WIDTH}`)
      // At the ends of a line: lists, lines below a heading, rules, indented code, line breaks.
      .replace(/^( +|[-+=]|\d(?=\d*[.)]))|(?<! ) {2,}$/g, (ends) =>
        [...ends].map((character) => `&#${character.charCodeAt(0)};`).join(''),
      )
  );
}

const NO_WIDTH = '&#8203;';
const APART: { readonly [character: string]: string } = { '@': NO_WIDTH, '#': NO_WIDTH };

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

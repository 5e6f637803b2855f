import { Chalk } from 'chalk';
import { wrapped } from './layout.ts';

/** A page of `docs/` for the terminal: headings stand out, paragraphs are laid into the width. */
export function renderPage(markdown: string, options: { color: boolean; width: number }): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.max(30, Math.min(options.width, 100));
  return `${markdown
    .trim()
    .split('\n')
    .flatMap((line) => {
      const heading = /^(#+) (.*)$/.exec(line);
      if (heading) return [heading[1] === '#' ? paint.bold.underline(heading[2]) : paint.bold(heading[2])];
      return line === '' ? [''] : wrapped(line, width - 2).map((text) => `  ${text}`);
    })
    .join('\n')}\n`;
}

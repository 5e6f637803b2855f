import stringWidth from 'string-width';

/** Fewer columns than this have no room for columns side by side. */
export const NARROW = 64;

const NARROW_ALL = /^[\x20-\x7e]*$/;

/** Columns that a text takes on a terminal: wide characters take two, colours and combining marks none. */
export function columnsOf(text: string): number {
  return NARROW_ALL.test(text) ? text.length : stringWidth(text);
}

/** Words laid into lines of a width, the later ones indented; words longer than a line stay whole. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const room = lines.length === 0 ? width : width - indent.length;
    const columns = columnsOf(word);
    if (line !== '' && used + 1 + columns > room) {
      lines.push(line);
      line = word;
      used = columns;
    } else {
      used = line === '' ? columns : used + 1 + columns;
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? content : `${indent}${content}`));
}

/** Blocks of lines with an empty line between them; an empty block is none. Nothing stands behind the last word of a line. */
export function blocks(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.trimEnd()).join('\n'))
    .join('\n\n')}\n`;
}

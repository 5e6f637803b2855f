// Text as mdoc(7) has it: nothing of it is taken for a macro, an escape or a dash of typography.

/** Letters of a text line. What is not ASCII is written as groff and mandoc both know it. */
function letters(text) {
  return (
    text
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      .replaceAll("'", '\\(aq')
      .replaceAll('`', '\\(ga')
      .replaceAll('^', '\\(ha')
      .replaceAll('~', '\\(ti')
      // mandoc takes a name with parentheses for a function of C.
      .replaceAll('()', '\\&()')
      .replace(/[^\0-\x7f]/gu, (letter) => `\\[u${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
  );
}

/** One word of a macro line: never a macro itself. */
export function word(text) {
  const plain = letters(text).replaceAll('"', '\\(dq').replaceAll(' ', '\\ ');
  return /^[A-Z][a-z]$/.test(text) || /^[.,:;()[\]?!|]/.test(text) ? `\\&${plain}` : plain;
}

/** The rest of a macro line: `.Nd`, `.Ss`. As a description it begins small and has no full stop. */
export function inLine(text) {
  return text.replace(/\.$/, '').replace(/\n/g, ' ').split(' ').map(word).join(' ');
}

/** Paragraphs, a sentence a line; lines that are indented stay as they are. */
export function paragraphs(text) {
  return text
    .trimEnd()
    .split('\n\n')
    .map((part) => (/^ {2}/.test(part) ? literal(part.split('\n')) : sentences(part)))
    .join('\n.Pp\n')
    .replaceAll('\n.Pp\n.Bd', '\n.Bd');
}

function sentences(text) {
  const whole = text.replace(/\s+/g, ' ').trim();
  return whole
    .split(/(?<=[.!?]) (?=[A-Z0-9])/)
    .flatMap(wrapped)
    .join('\n');
}

/** No line is longer than 80 bytes, as mdoc(7) wants its sources. */
function wrapped(sentence) {
  const lines = [''];
  for (const one of sentence.split(' ').map(letters)) {
    const last = lines.at(-1);
    if (last === '') lines[lines.length - 1] = one;
    else if (last.length + 1 + one.length > 78) lines.push(one);
    else lines[lines.length - 1] = `${last} ${one}`;
  }
  return lines.map(guarded);
}

function line(text) {
  return guarded(letters(text));
}

function guarded(plain) {
  return plain.startsWith('.') ? `\\&${plain}` : plain;
}

function literal(lines) {
  return `.Bd -literal\n${lines.map(line).join('\n')}\n.Ed`;
}

/** Command lines, one a line. */
export function examples(lines) {
  return lines.length === 0 ? '' : `.Bd -literal\n${lines.map((one) => line(`$ ${one}`)).join('\n')}\n.Ed`;
}

/** Items with what they are about. */
export function list(items) {
  return `.Bl -tag -width Ds\n${items.map(([item, about]) => `${item}\n${about}`).join('\n')}\n.El`;
}

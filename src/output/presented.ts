import { withoutCommands } from '../escape/github.ts';
import { jsonLine, renderJson } from '../escape/json.ts';
import type { Markup } from '../escape/markup.ts';
import { eachText } from '../escape/texts.ts';
import { visible, visibleLines } from '../escape/visible.ts';

/** What may be written to standard output or standard error: made in this file alone, a function for each form. */
export class Presented {
  private constructor(readonly text: string) {}

  /** Only for the functions below. */
  static of(text: string): Presented {
    return new Presented(text);
  }
}

/**
 * Text for people. Every text of the data is made visible before it is rendered, and of what comes out nothing passes
 * that a terminal would act on but the colours that this program sets, nor a line that GitHub's runner would obey.
 */
export function asText<T>(
  data: T,
  render: (shown: T) => string,
  show: (data: T) => T = (all) => eachText(all, visible, visible),
): Presented {
  return Presented.of(gate(render(show(data))));
}

/** Pages and lists of this program's own. */
export function asPage(text: string): Presented {
  return Presented.of(gate(text));
}

/** One JSON document. What cannot be seen is escaped in its texts, as JSON allows for every character. */
export function asJson(value: unknown): Presented {
  return Presented.of(renderJson(value));
}

/** The same on a line of its own, of which more follow. */
export function asJsonLine(value: unknown): Presented {
  return Presented.of(`${jsonLine(value)}\n`);
}

/** Markdown, escaped where it was put together. It may be printed in a workflow, too. */
export function asMarkdown({ text }: Markup<'markdown'>): Presented {
  return Presented.of(withoutCommands(text));
}

/** GitHub's own commands, escaped where they were put together. */
export function asCommands({ text }: Markup<'github'>): Presented {
  return Presented.of(text);
}

/** Lines to paste or to evaluate: they hold nothing but this program's names and numbers. */
export function asSnippet(text: string): Presented {
  return Presented.of(visibleLines(text));
}

/** A change to a file of the user's, to look at: tabs stay what they are. */
export function asPatch(text: string): Presented {
  const shown = text.split('\t').map(visibleLines).join('\t');
  return Presented.of(withoutCommands(shown));
}

/** A message of one line, whatever is put into it. */
export function asLine(message: string): Presented {
  return Presented.of(`${gate(visible(message))}\n`);
}

/** Select Graphic Rendition alone (ECMA-48): colours and weight, as chalk writes them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what chalk writes
const COLOUR = /(\u001b\[[0-9;]{0,20}m)/;

function gate(text: string): string {
  const parts = text.split(COLOUR);
  const shown = parts.map((part, index) => (index % 2 === 1 ? part : visibleLines(part))).join('');
  return withoutCommands(shown);
}

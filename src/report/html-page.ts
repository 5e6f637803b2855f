import { html } from '../escape/html.ts';
import { Markup } from '../escape/markup.ts';

const STYLE = 'body { font-family: system-ui, sans-serif; margin: 2em; max-width: 60em }';

/** One page that needs nothing from elsewhere: its title, a picture, and what is told of it. @param style of this page besides */
export function htmlPage(title: string, style: string, svg: string, told: Markup<'html'>): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>${new Markup<'html'>(`${STYLE}\n${style}`)}</style>
<h1>${title}</h1>
${new Markup<'html'>(svg)}
${told}
</html>
`.text;
}

import { markup } from './markup.ts';
import { visible } from './visible.ts';

const REFERENCES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `` html`<td>${cell}</td>` ``: what is put in is text, also within a quoted attribute. */
export const html = markup<'html'>((text) =>
  visible(text).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? ''),
);

/** The report for people, with the table and its colours: a bundle of its own, which JSON does not carry. */
export { renderText } from '../../report/text.ts';

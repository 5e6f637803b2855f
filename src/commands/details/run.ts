/** What `--verbose`, `--packages` and `--paths` add to `lk doctor`: a file of its own, loaded for these alone. */
export { observeDetails } from '../../details/observe.ts';
export { detailSections } from '../../report/details/sections.ts';

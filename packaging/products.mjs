import { makeAction } from './action/product.mjs';
import { makeCompletions } from './completions/product.mjs';
import { makeManPages } from './man/product.mjs';
import { makeNotices } from './notices/product.mjs';
import { makeTarball } from './npm/product.mjs';
import { makeDistributions } from './python/product.mjs';
import { makeSingleFile } from './single-file/product.mjs';
import { makeSite } from './site/product.mjs';

/**
 * What `npm run dist` makes, in this order. `make` gets the checkout (`root`, built), the folder to write to (`output`),
 * and the package's `name` and `version`; it writes files or a folder of its own below `output`, and throws if it cannot.
 * Later ones may read what earlier ones made.
 */
export const PRODUCTS = [
  { name: 'notices', what: 'the licences of all that is bundled', make: makeNotices },
  { name: 'npm', what: 'the tarball for npm', make: makeTarball },
  { name: 'python', what: 'the wheels and the source distribution for PyPI', make: makeDistributions },
  { name: 'single-file', what: 'one file for machines without Node and Python', make: makeSingleFile },
  { name: 'completions', what: 'completions for bash, zsh and fish', make: makeCompletions },
  { name: 'man', what: 'manual pages', make: makeManPages },
  { name: 'site', what: 'the documentation as a site', make: makeSite },
  { name: 'action', what: 'the action for GitHub', make: makeAction },
];

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
 * the package's `name` and `version`, and the `date` of the sources; it writes files or a folder of its own below `output`,
 * and throws if it cannot.
 * `from` names the earlier product that it reads.
 */
export const PRODUCTS = [
  { name: 'notices', what: 'the licences of all that is bundled', make: makeNotices },
  { name: 'npm', what: 'the tarball for npm', make: makeTarball },
  { name: 'python', from: 'npm', what: 'the wheels and the source distribution for PyPI', make: makeDistributions },
  { name: 'single-file', from: 'npm', what: 'one file for machines without Node and Python', make: makeSingleFile },
  { name: 'completions', what: 'completions for bash, zsh and fish', make: makeCompletions },
  { name: 'man', what: 'manual pages', make: makeManPages },
  { name: 'site', what: 'the documentation as a site', make: makeSite },
  { name: 'action', from: 'npm', what: 'the action for GitHub', make: makeAction },
];

/**
 * The products that are named, all where none is, with what they are made from: what an earlier run left may be of another source.
 *
 * @throws Error for a name that there is not
 */
export function productsFor(named) {
  const unknown = named.filter((name) => !PRODUCTS.some((product) => product.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no product is called ${unknown.join(', ')}; there are ${PRODUCTS.map(({ name }) => name).join(', ')}`,
    );
  const sources = PRODUCTS.filter(({ name }) => named.includes(name)).map(({ from }) => from);
  return PRODUCTS.filter(({ name }) => named.length === 0 || named.includes(name) || sources.includes(name));
}

// What of a LensKit's sources is not as in a known release, file by file.

/** A file that differs: `changed` (`as`: the newest known release that has it so; null: none), `new` or `gone`. */
function differences(sources, release) {
  const found = [];
  for (const [name, digest] of release) {
    const file = sources.files.get(name);
    if (file === undefined) found.push({ name, what: 'gone' });
    else if (file.digest !== digest) found.push({ name, what: 'changed' });
  }
  for (const [name, { counts }] of sources.files) {
    if (counts && !release.has(name)) found.push({ name, what: 'new' });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Compares with the release of the same version, else with the one that differs in the fewest files, the newest of these. */
export function compare(sources, known) {
  const all = [...known].map(([version, release]) => ({ version, found: differences(sources, release) }));
  const same = all.filter(({ found }) => found.length === 0).map(({ version }) => version);
  const own = all.find(({ version }) => version === sources.version);
  const nearest = all.reduce((best, one) => (one.found.length <= best.found.length ? one : best));
  const { version, found } = own ?? nearest;
  const listed = found.map((one) => ({ ...one, as: one.what === 'gone' ? null : asIn(one.name, sources, known) }));
  const kept = known.get(version).size - found.filter(({ what }) => what !== 'new').length;
  return { same, base: version, own: own !== undefined, found: listed, kept };
}

function asIn(name, { files }, known) {
  const digest = files.get(name)?.digest;
  return [...known].filter(([, release]) => release.get(name) === digest).at(-1)?.[0] ?? null;
}

// The sources that are known: for each file its digest from a release on, until another follows; null: it is gone.
import { readFileSync, writeFileSync } from 'node:fs';

const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?(?:\.post(\d+))?$/;

/** Orders releases as Python's packaging does: a2 < a2.post2 < b1 < rc1 < the release. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map(parts);
  return left.map((part, index) => part - right[index]).find((difference) => difference !== 0) ?? 0;
}

function parts(version) {
  const match = VERSION.exec(version);
  if (match === null) throw new Error(`${version}: no version of a release`);
  const [, major, minor, patch, stage, number, post] = match;
  const order = stage === undefined ? 3 : ['a', 'b', 'rc'].indexOf(stage);
  return [major, minor, patch, order, number ?? 0, post ?? 0].map(Number);
}

/** The known releases, the oldest first, each with its files and their digests. */
export function readKnown(file) {
  const { releases, files } = JSON.parse(readFileSync(file, 'utf8'));
  const known = new Map(releases.map((version) => [version, new Map()]));
  for (const [name, changes] of Object.entries(files)) {
    let digest = null;
    for (const version of releases) {
      if (changes[version] !== undefined) digest = changes[version];
      if (digest !== null) known.get(version).set(name, digest);
    }
  }
  return known;
}

export function writeKnown(file, known) {
  const releases = [...known.keys()].sort(compareVersions);
  const names = new Set([...known.values()].flatMap((digests) => [...digests.keys()]));
  const files = {};
  for (const name of [...names].sort()) {
    let before = null;
    files[name] = {};
    for (const version of releases) {
      const digest = known.get(version).get(name) ?? null;
      if (digest !== before) files[name][version] = digest;
      before = digest;
    }
  }
  writeFileSync(file, `${JSON.stringify({ releases, files }, null, 2)}\n`);
}

// The licences of what a build bundled, by esbuild's own account of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The folders of the packages whose files went into a bundle: those that put bytes into an output of the metafile. */
export function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) =>
      Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
    ),
  );
  return [...new Set(inputs.flatMap((file) => packageFolder(file) ?? []))].sort();
}

/** `node_modules/a/node_modules/@b/c` of any file in that package; null: a source of our own. */
function packageFolder(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll('\\', '/'))?.[1] ?? null;
}

/**
 * The text of the notices: each package's name, version and licence, and its own words. A package that carries no
 * such file is named with what its package.json says.
 */
export function notices(folders) {
  const packages = folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    if (!manifest.license)
      throw new Error(`${folder}: its package.json names no licence; look at it before it is bundled`);
    return { manifest, texts: licenceTexts(folder) };
  });
  const sections = packages
    .sort((one, other) => compare(one.manifest, other.manifest))
    .map(({ manifest, texts }) => section(manifest, texts));
  return `lenskit-doctor carries parts of the packages below, each under its own licence.\n\n${sections.join('\n')}`;
}

function compare(one, other) {
  const [a, b] = [one, other].map(({ name, version }) => `${name} ${version}`);
  return a < b ? -1 : a > b ? 1 : 0;
}

function licenceTexts(folder) {
  return readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file) && existsSync(path.join(folder, file)))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
}

function section({ name, version, license, author }, texts) {
  const head = `${name} ${version} (${license})\n${'-'.repeat(72)}\n`;
  const by = typeof author === 'string' ? author : author?.name;
  const own = texts.length > 0 ? texts.join('\n\n') : `${by ? `Copyright ${by}. ` : ''}Licence: ${license}.`;
  return `${head}${own}\n`;
}

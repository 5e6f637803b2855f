import { MODELS } from '../plan/models.ts';

/** The full name of each class, and the model that it is: scorers, and up to 0.14 algorithms. */
const BY_PATH: ReadonlyMap<string, string> = new Map(
  MODELS.flatMap(({ name, modules, class: class_, algorithms = [] }) =>
    [...modules.map((module_) => `${module_}.${class_}`), ...algorithms].map((path) => [path, name] as const),
  ),
);

const PACKAGES: ReadonlySet<string> = new Set(
  [...BY_PATH.keys()].flatMap((path) => {
    const parts = path.split('.').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  }),
);

const CLASSES: readonly string[] = [...new Set([...BY_PATH.keys()].map((path) => path.split('.').at(-1) ?? ''))];

/** The model whose class has a full name; `lenskit.als._implicit.ImplicitMFScorer` is known without its private module. */
export function modelAt(path: string): string | undefined {
  return BY_PATH.get(
    path
      .split('.')
      .filter((part) => !part.startsWith('_'))
      .join('.'),
  );
}

/** A module of LensKit that has models, or leads to one: `lenskit.knn`. */
export function isPackage(path: string): boolean {
  return PACKAGES.has(path);
}

/** LensKit's by its full name; what is beside a script under that name can only be a checkout of it. */
export function isLenskits(path: string): boolean {
  return path === 'lenskit' || path.startsWith('lenskit.');
}

/** False: no class of a model is written in the text. */
export function mentionsModel(text: string): boolean {
  return CLASSES.some((name) => text.includes(name));
}

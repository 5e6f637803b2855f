/** Where the documentation is; `site_url` of packaging/site/mkdocs.yml says the same. Its addresses do not change. */
const SITE = 'https://lenskit-doctor.github.io/lenskit-doctor/';

/** Findings of scripts have one page, with a section for each but the one that it is named for. */
const OF_SCRIPTS = 'script/import-unprotected';

/** The page that says what a check or a script's finding means: docs/checks/ID.md. */
export function checkPage(id: string): string {
  if (!id.startsWith('script/') || id === OF_SCRIPTS) return `${SITE}checks/${id}/`;
  return `${SITE}checks/${OF_SCRIPTS}/#${id.replaceAll('/', '')}`;
}

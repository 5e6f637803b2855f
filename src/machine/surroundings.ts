import type { Host } from '../host/host.ts';

interface Surrounding {
  name: string;
  variables?: readonly string[];
  files?: readonly string[];
}

/** Where a process may run, and how that shows. */
const SURROUNDINGS: readonly Surrounding[] = [
  { name: 'Kubernetes', variables: ['KUBERNETES_SERVICE_HOST'] },
  { name: 'Docker', files: ['/.dockerenv'] },
  { name: 'Podman', files: ['/run/.containerenv'] },
  { name: 'Apptainer', variables: ['APPTAINER_CONTAINER', 'SINGULARITY_CONTAINER'] },
  { name: 'GitHub Actions', variables: ['GITHUB_ACTIONS'] },
  { name: 'Google Colab', variables: ['COLAB_RELEASE_TAG'] },
  { name: 'Kaggle', variables: ['KAGGLE_KERNEL_RUN_TYPE'] },
  { name: 'WSL', variables: ['WSL_DISTRO_NAME'] },
];

/** What is around the process: containers, clouds, CI, by name. */
export function observeSurroundings(host: Host): string[] {
  return SURROUNDINGS.filter(
    ({ variables = [], files = [] }) =>
      variables.some((name) => host.env[name]) || files.some((file) => host.kind(file) !== null),
  ).map(({ name }) => name);
}

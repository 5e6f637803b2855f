import type { Host } from '../host/host.ts';

interface Surrounding {
  name: string;
  /** Set to anything. */
  variables?: readonly string[];
  /** Set to just this. */
  values?: { readonly [name: string]: string };
  files?: readonly string[];
  /** Found in /proc/version. */
  kernel?: RegExp;
  /** Another that it is not, though it shows the same. */
  unless?: string;
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
  { name: 'Jupyter', variables: ['JPY_PARENT_PID'] },
  // A container in WSL has its kernel, and none of its variables.
  { name: 'WSL', variables: ['WSL_DISTRO_NAME'], kernel: /-microsoft-standard/ },
  { name: 'AWS Lambda', variables: ['AWS_LAMBDA_FUNCTION_NAME'] },
  { name: 'AWS Fargate', values: { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' } },
  // Knative in a cluster of one's own sets it as well.
  { name: 'Cloud Run', variables: ['K_SERVICE', 'CLOUD_RUN_JOB'], unless: 'KUBERNETES_SERVICE_HOST' },
  // Its kernel was built at one time for ever (`pkg/sentry/syscalls/linux/linux64.go`); the file is there where it is
  // configured to be (`pkg/gvisordetect`).
  { name: 'gVisor', files: ['/proc/gvisor'], kernel: /-gvisor\b|#1 SMP Sun Jan 10 15:06:54 PST 2016/ },
];

/** What gives CPUs by quotas that no file inside shows. */
const QUOTAS_HIDDEN: readonly string[] = ['AWS Lambda', 'AWS Fargate', 'Cloud Run', 'gVisor'];

/** That of these surroundings in which a quota may hold that cannot be seen, however much of the cgroups is shown. */
export function hidesQuotas(surroundings: readonly string[]): string | null {
  return surroundings.find((name) => QUOTAS_HIDDEN.includes(name)) ?? null;
}

/** What is around the process: containers, clouds, CI, by name. */
export function observeSurroundings(host: Host): string[] {
  const version = host.read('/proc/version');
  const shows = ({ variables = [], values = {}, files = [], kernel, unless }: Surrounding): boolean =>
    !(unless && host.env[unless]) &&
    (variables.some((name) => host.env[name]) ||
      Object.entries(values).some(([name, value]) => host.env[name] === value) ||
      files.some((file) => host.kind(file) !== null) ||
      (kernel !== undefined && version.ok && kernel.test(version.text)));
  return SURROUNDINGS.filter(shows).map(({ name }) => name);
}

/** The ways to hand variables to what runs next: `lk env`. */
export const ENVIRONMENT_FORMATS = [
  'shell',
  'fish',
  'powershell',
  'dotenv',
  'docker',
  'compose',
  'slurm',
  'kubernetes',
  'github',
  'github-workflow',
  'toml',
] as const;
export type EnvironmentFormat = (typeof ENVIRONMENT_FORMATS)[number];

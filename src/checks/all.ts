import { backendBlasNotLimited } from './backend-blas-not-limited.ts';
import { backendConflictingThreads } from './backend-conflicting-threads.ts';
import type { Check } from './check.ts';
import { configDeprecatedChildThreads } from './config-deprecated-child-threads.ts';
import { configDocumentationDiffers } from './config-documentation-differs.ts';
import { configFileBeatsEnv } from './config-file-beats-env.ts';
import { configInvalidValue } from './config-invalid-value.ts';
import { configNonPositive } from './config-non-positive.ts';
import { configRulesUnknown } from './config-rules-unknown.ts';
import { configUnknownVariable } from './config-unknown-variable.ts';
import { configWorkerZeroThreads } from './config-worker-zero-threads.ts';
import { cpuQuotaIgnored } from './cpu-quota-ignored.ts';
import { cpuThrottled } from './cpu-throttled.ts';
import { planOversubscribed } from './plan-oversubscribed.ts';
import { planTooManyThreads } from './plan-too-many-threads.ts';
import { planUnderused } from './plan-underused.ts';

/** Every check, in the order in which a report lists them. */
export const CHECKS: readonly Check[] = [
  configRulesUnknown,
  configInvalidValue,
  configNonPositive,
  configWorkerZeroThreads,
  configUnknownVariable,
  configDeprecatedChildThreads,
  configFileBeatsEnv,
  configDocumentationDiffers,
  cpuQuotaIgnored,
  cpuThrottled,
  planTooManyThreads,
  planOversubscribed,
  planUnderused,
  backendBlasNotLimited,
  backendConflictingThreads,
];

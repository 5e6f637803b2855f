import { backendBlasNotLimited } from './backend/blas-not-limited.ts';
import { backendConflictingThreads } from './backend/conflicting-threads.ts';
import { backendFlexiblas } from './backend/flexiblas.ts';
import { backendLateLoadedBlas } from './backend/late-loaded-blas.ts';
import { backendMixedOpenmp } from './backend/mixed-openmp.ts';
import { backendMklThreadingLayer } from './backend/mkl-threading-layer.ts';
import { backendOpenblasOpenmp } from './backend/openblas-openmp.ts';
import { backendOpenblasUnbounded } from './backend/openblas-unbounded.ts';
import { backendPinnedOpenmp } from './backend/pinned-openmp.ts';
import { backendRayonVariableIgnored } from './backend/rayon-variable-ignored.ts';
import { backendSeveralOpenblas } from './backend/several-openblas.ts';
import type { Check } from './check.ts';
import { configDeprecatedChildThreads } from './config/deprecated-child-threads.ts';
import { configDocumentationDiffers } from './config/documentation-differs.ts';
import { configFileBeatsEnv } from './config/file-beats-env.ts';
import { configFileNotRead } from './config/file-not-read.ts';
import { configInvalidValue } from './config/invalid-value.ts';
import { configNonPositive } from './config/non-positive.ts';
import { configRulesAssumed } from './config/rules-assumed.ts';
import { configRulesUnknown } from './config/rules-unknown.ts';
import { configShadowed } from './config/shadowed.ts';
import { configTempDir } from './config/temp-dir.ts';
import { configUnknownVariable } from './config/unknown-variable.ts';
import { configWorkerMark } from './config/worker-mark.ts';
import { configWorkerZeroThreads } from './config/worker-zero-threads.ts';
import { cpuAffinityIgnored } from './cpu/affinity-ignored.ts';
import { cpuAffinityNarrow } from './cpu/affinity-narrow.ts';
import { cpuIdenticalCopies } from './cpu/identical-copies.ts';
import { cpuMixedCores } from './cpu/mixed-cores.ts';
import { cpuNodesIdle } from './cpu/nodes-idle.ts';
import { cpuPythonCpuCount } from './cpu/python-cpu-count.ts';
import { cpuQuotaIgnored } from './cpu/quota-ignored.ts';
import { cpuSchedulerMismatch } from './cpu/scheduler-mismatch.ts';
import { cpuSmtSiblings } from './cpu/smt-siblings.ts';
import { cpuThrottled } from './cpu/throttled.ts';
import { gpuDriverTooOld } from './gpu/driver-too-old.ts';
import { gpuSharedModel } from './gpu/shared-model.ts';
import { gpuVisibleDevices } from './gpu/visible-devices.ts';
import { limitsJobSize } from './limits/job-size.ts';
import { limitsOpenFiles } from './limits/open-files.ts';
import { limitsProcesses } from './limits/processes.ts';
import { liveDiffers } from './live/differs.ts';
import { liveIdle } from './live/idle.ts';
import { liveMemory } from './live/memory.ts';
import { liveThrottled } from './live/throttled.ts';
import { liveWaiting } from './live/waiting.ts';
import { memoryAddressSpace } from './memory/address-space.ts';
import { memoryProcessDoesNotFit } from './memory/process-does-not-fit.ts';
import { memorySharedMemorySmall } from './memory/shared-memory-small.ts';
import { memorySharedMemoryUnusable } from './memory/shared-memory-unusable.ts';
import { memoryWorkersDoNotFit } from './memory/workers-do-not-fit.ts';
import { planOversubscribed } from './plan/oversubscribed.ts';
import { planTooManyThreads } from './plan/too-many-threads.ts';
import { planUnderused } from './plan/underused.ts';
import { planWorkerStart } from './plan/worker-start.ts';
import { probeCpuShare } from './probe/cpu-share.ts';
import { probeDiffers } from './probe/differs.ts';
import { pythonGilBatch } from './python/gil-batch.ts';
import { pythonHiddenLenskit } from './python/hidden-lenskit.ts';
import { pythonLenskitMissing } from './python/lenskit-missing.ts';
import { pythonMissing } from './python/missing.ts';
import { pythonStartMethod } from './python/start-method.ts';
import { pythonTwoEnvironments } from './python/two-environments.ts';
import { rayBackendThreads } from './ray/backend-threads.ts';
import { rayCpusDiffer } from './ray/cpus-differ.ts';
import { rayExistingCluster } from './ray/existing-cluster.ts';
import { rayMissing } from './ray/missing.ts';
import { rayOneTask } from './ray/one-task.ts';
import { rayTaskNotRun } from './ray/task-not-run.ts';
import { rayUnsupported } from './ray/unsupported.ts';
import { scriptImportUnprotected } from './script/import-unprotected.ts';

/** Every check, in the order in which a report lists them. */
export const CHECKS: readonly Check[] = [
  configRulesUnknown,
  configRulesAssumed,
  configInvalidValue,
  configNonPositive,
  configWorkerZeroThreads,
  configUnknownVariable,
  configTempDir,
  configWorkerMark,
  configDeprecatedChildThreads,
  configFileBeatsEnv,
  configFileNotRead,
  configShadowed,
  configDocumentationDiffers,
  cpuQuotaIgnored,
  cpuAffinityIgnored,
  cpuThrottled,
  cpuAffinityNarrow,
  cpuSchedulerMismatch,
  cpuNodesIdle,
  cpuIdenticalCopies,
  cpuPythonCpuCount,
  cpuSmtSiblings,
  cpuMixedCores,
  planTooManyThreads,
  planOversubscribed,
  planUnderused,
  planWorkerStart,
  backendBlasNotLimited,
  backendConflictingThreads,
  backendFlexiblas,
  backendLateLoadedBlas,
  backendMixedOpenmp,
  backendMklThreadingLayer,
  backendOpenblasOpenmp,
  backendOpenblasUnbounded,
  backendPinnedOpenmp,
  backendRayonVariableIgnored,
  backendSeveralOpenblas,
  memoryAddressSpace,
  memoryProcessDoesNotFit,
  memorySharedMemorySmall,
  memorySharedMemoryUnusable,
  memoryWorkersDoNotFit,
  limitsJobSize,
  limitsOpenFiles,
  limitsProcesses,
  pythonGilBatch,
  pythonLenskitMissing,
  pythonMissing,
  pythonStartMethod,
  pythonTwoEnvironments,
  pythonHiddenLenskit,
  rayCpusDiffer,
  rayExistingCluster,
  rayBackendThreads,
  rayTaskNotRun,
  rayOneTask,
  rayMissing,
  rayUnsupported,
  gpuSharedModel,
  gpuVisibleDevices,
  gpuDriverTooOld,
  liveDiffers,
  liveWaiting,
  liveThrottled,
  liveIdle,
  liveMemory,
  probeDiffers,
  probeCpuShare,
  scriptImportUnprotected,
];

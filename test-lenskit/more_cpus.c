/* Shows LK_TEST_CPUS CPUs to whatever asks the C library for its affinity or for the machine's number of CPUs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int cpus(void) { return atoi(getenv("LK_TEST_CPUS")); }

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set) {
  (void)pid;
  if (size * 8 < (size_t)cpus()) {
    errno = EINVAL;
    return -1;
  }
  memset(set, 0, size);
  for (int cpu = 0; cpu < cpus(); cpu++) CPU_SET_S(cpu, size, set);
  return 0;
}

int pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *set) {
  (void)thread;
  return sched_getaffinity(0, size, set);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set) { return (void)pid, (void)size, (void)set, 0; }

int get_nprocs(void) { return cpus(); }

int get_nprocs_conf(void) { return cpus(); }

long sysconf(int name) {
  long (*real)(int) = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
  return name == _SC_NPROCESSORS_CONF || name == _SC_NPROCESSORS_ONLN ? cpus() : real(name);
}

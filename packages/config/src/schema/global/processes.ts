// The schema of global_defs: names, priorities and memory of the processes.
import * as z from 'zod';

export const processes = {
  processNames: z
    .boolean()
    .exactOptional()
    .describe('Use keepalived_vrrp / keepalived_lvs / keepalived_bfd as child process names; default off.'),
  processName: z.string().exactOptional().describe('Process name of the parent; default keepalived.'),
  vrrpProcessName: z.string().exactOptional().describe('Process name of the vrrp child; default inherited.'),
  checkerProcessName: z.string().exactOptional().describe('Process name of the checker child; default inherited.'),
  bfdProcessName: z.string().exactOptional().describe('Process name of the BFD child; default inherited.'),
  maxAutoPriority: z
    .number()
    .exactOptional()
    .describe(
      'Upper limit for automatic realtime priority raise; -1 hides the startup notice; default 0 (off); no argument = 99.',
    ),
  minAutoPriorityDelay: z
    .number()
    .exactOptional()
    .describe('Timer lateness that triggers a raise (us); default 1000000.'),
  vrrpPriority: z.number().exactOptional().describe('Nice value of the vrrp child; default 0.'),
  vrrpNoSwap: z.boolean().exactOptional().describe('Lock the vrrp child in memory; default off.'),
  vrrpRtPriority: z.number().exactOptional().describe('Realtime priority of the vrrp child; default none.'),
  vrrpCpuAffinity: z.array(z.number()).readonly().exactOptional().describe('Pin the vrrp child; default none.'),
  vrrpRlimitRttime: z.number().exactOptional().describe('RLIMIT_RTTIME of the vrrp child (us); absent = none.'),
  checkerPriority: z.number().exactOptional().describe('Nice value of the checker child; default 0.'),
  checkerNoSwap: z.boolean().exactOptional().describe('Lock the checker child in memory; default off.'),
  checkerRtPriority: z.number().exactOptional().describe('Realtime priority of the checker child; default none.'),
  checkerCpuAffinity: z.array(z.number()).readonly().exactOptional().describe('Pin the checker child; default none.'),
  checkerRlimitRttime: z.number().exactOptional().describe('RLIMIT_RTTIME of the checker child (us); absent = none.'),
  bfdPriority: z.number().exactOptional().describe('Nice value of the BFD child; default 0.'),
  bfdNoSwap: z.boolean().exactOptional().describe('Lock the BFD child in memory; default off.'),
  bfdRtPriority: z.number().exactOptional().describe('Realtime priority of the BFD child; default none.'),
  bfdCpuAffinity: z.array(z.number()).readonly().exactOptional().describe('Pin the BFD child; default none.'),
  bfdRlimitRttime: z.number().exactOptional().describe('RLIMIT_RTTIME of the BFD child (us); absent = none.'),
};

// What ipvsadm says when the kernel refuses, by what was asked and the error number.
import type { IpvsOperation } from '@vipward/netlink';

export type Attempt = IpvsOperation['kind'] | 'list' | 'set-timeouts' | 'start-daemon' | 'stop-daemon';

export const noSuchService = 'No such service';

/** The message without line end. `errno` is positive. */
export const kernelMessage = (attempt: Attempt, errno: number): string =>
  ofAttempt[attempt][errno] ?? ofAny[errno] ?? systemMessages.get(errno) ?? `Unknown error ${errno}`;

const EPERM = 1;
const ENOENT = 2;
const ESRCH = 3;
const ENOMEM = 12;
const EEXIST = 17;
const EINVAL = 22;
const EMSGSIZE = 90;
const ENOPROTOOPT = 92;
const EOPNOTSUPP = 95;
const EAFNOSUPPORT = 97;

type Messages = Readonly<Record<number, string>>;

const noScheduler = 'Scheduler or persistence engine not found';
const noService: Messages = { [ESRCH]: noSuchService };
const noDestination: Messages = { [ESRCH]: 'Service not defined', [ENOENT]: 'No such destination' };

const ofAttempt: Readonly<Record<Attempt, Messages>> = {
  'add-service': { [EEXIST]: 'Service already exists', [ENOENT]: noScheduler },
  'edit-service': { ...noService, [ENOENT]: noScheduler },
  'delete-service': noService,
  zero: noService,
  flush: {},
  'add-destination': { [ESRCH]: 'Service not defined', [EEXIST]: 'Destination already exists' },
  'edit-destination': noDestination,
  'delete-destination': noDestination,
  list: noService,
  'set-timeouts': {},
  'start-daemon': { [EEXIST]: 'Daemon has already run' },
  'stop-daemon': { [ESRCH]: 'No daemon is running' },
};

const ofAny: Messages = {
  [EPERM]: 'Permission denied (you must be root)',
  [EINVAL]: 'Invalid operation.  Possibly wrong module version, address not unicast, ...',
  [ENOPROTOOPT]: 'Protocol not available',
  [ENOMEM]: 'Memory allocation problem',
  [EOPNOTSUPP]: 'Operation not supported with IPv6',
  [EAFNOSUPPORT]: 'Operation not supported with specified address family',
  [EMSGSIZE]: 'Module is wrong version',
};

// glibc's strerror(3) for what else IPVS and netlink may answer.
const systemMessages: ReadonlyMap<number, string> = new Map([
  [2, 'No such file or directory'],
  [3, 'No such process'],
  [4, 'Interrupted system call'],
  [5, 'Input/output error'],
  [11, 'Resource temporarily unavailable'],
  [13, 'Permission denied'],
  [14, 'Bad address'],
  [16, 'Device or resource busy'],
  [17, 'File exists'],
  [19, 'No such device'],
  [28, 'No space left on device'],
  [34, 'Numerical result out of range'],
  [38, 'Function not implemented'],
  [71, 'Protocol error'],
  [74, 'Bad message'],
  [75, 'Value too large for defined data type'],
  [93, 'Protocol not supported'],
  [98, 'Address already in use'],
  [99, 'Cannot assign requested address'],
  [100, 'Network is down'],
  [101, 'Network is unreachable'],
  [105, 'No buffer space available'],
  [110, 'Connection timed out'],
  [113, 'No route to host'],
]);

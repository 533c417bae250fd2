// vrrp_instance: one virtual router, in the order of the reference page.
import { block } from '../row.ts';
import { advertPaths, advertTimes } from './vrrp-instance/adverts.ts';
import { election } from './vrrp-instance/election.ts';
import { gratuitous } from './vrrp-instance/gratuitous.ts';
import { notify } from './vrrp-instance/notify.ts';
import { identity, others, owned } from './vrrp-instance/router.ts';
import { tracking } from './vrrp-instance/tracking.ts';
import { virtualMac } from './vrrp-instance/virtual-mac.ts';

export const vrrpInstanceRows = block('vrrp_instance', [
  ...identity,
  ...owned,
  ...tracking,
  ...advertPaths,
  ...election,
  ...virtualMac,
  ...gratuitous,
  ...advertTimes,
  ...others,
  ...notify,
]);

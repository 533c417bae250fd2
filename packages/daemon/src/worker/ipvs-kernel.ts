// The IPVS table that the configuration means: of net_namespace_ipvs, or of the namespace that the daemon runs in.
import type { Config } from '@vipward/config';
import { type NetlinkIpvsKernel, type OpenTransport, openIpvsKernel, transportWith } from '@vipward/netlink';
import { netlinkDebug } from './netlink-debug.ts';

/** Rejects with NetlinkError. Without a name it is the namespace of the machine: the one of its first process. */
export const openConfiguredIpvs = (config: Pick<Config, 'process' | 'global'>): Promise<NetlinkIpvsKernel> =>
  openIpvsKernel({ debug: netlinkDebug(), transport: ipvsTransport(config) });

export const ipvsTransport = ({ process, global }: Pick<Config, 'process' | 'global'>): OpenTransport =>
  transportWith({
    receiveBuffer: global.lvsNetlinkCmdRcvBufs,
    namespace: ipvsNamespaceFile(process?.netNamespaceIpvs),
  });

export const ipvsNamespaceFile = (name: string | undefined): string | undefined => {
  if (name === undefined) return undefined;
  return name === '' ? '/proc/1/ns/net' : `/run/netns/${name}`;
};

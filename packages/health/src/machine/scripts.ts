// Which scripts an event runs: notify_up and notify_down of a real server, quorum_up and quorum_down of a virtual one.
import type { Script } from '@vipward/config';
import type { HealthEvent } from './event.ts';
import { realServerName, virtualServerName } from './name.ts';

export interface ScriptRun {
  /** Scripts of one object run one after the other. */
  readonly object: string;
  readonly script: Script;
  /** For the log: `notify_down of [192.168.33.12]:tcp:80 of VS [192.168.33.188]:tcp:80`. */
  readonly purpose: string;
}

/** The scripts of an event, as keepalived runs them: with the words of the configuration and no others. */
export const scriptsFor = (event: HealthEvent): readonly ScriptRun[] => {
  const { virtualServer: vs } = event;
  switch (event.kind) {
    case 'real-server-up':
    case 'real-server-starts-up':
      return ofRealServer(event, 'notify_up', event.realServer.notifyUp);
    case 'real-server-down':
    case 'real-server-not-up':
    case 'real-server-stops':
    case 'real-server-removed':
      return ofRealServer(event, 'notify_down', event.realServer.notifyDown);
    case 'quorum-gained':
      return ofQuorum(event, 'quorum_up', vs.quorumUp);
    case 'quorum-lost':
    case 'quorum-stops':
    case 'quorum-removed':
      return ofQuorum(event, 'quorum_down', vs.quorumDown);
    case 'virtual-server-removed':
    case 'check':
    case 'weight':
    case 'sorry-server-in':
    case 'sorry-server-out':
    case 'pool-emptied':
    case 'pool-filled':
    case 'out':
    case 'panic':
      return [];
  }
};

const ofRealServer = (
  { virtualServer, realServer }: Extract<HealthEvent, { readonly realServer: unknown }>,
  keyword: string,
  script: Script | undefined,
): readonly ScriptRun[] => {
  if (script === undefined) return [];
  const object = `${realServerName(virtualServer, realServer)} of VS ${virtualServerName(virtualServer)}`;
  return [{ object, script, purpose: `${keyword} of ${object}` }];
};

const ofQuorum = (
  { virtualServer }: HealthEvent,
  keyword: string,
  script: Script | undefined,
): readonly ScriptRun[] => {
  if (script === undefined) return [];
  const object = `VS ${virtualServerName(virtualServer)}`;
  return [{ object, script, purpose: `${keyword} of ${object}` }];
};

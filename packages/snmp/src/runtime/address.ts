// snmp_socket: where the master agent listens, as Net-SNMP writes it.

export type MasterAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export const usualMaster = 'unix:/var/agentx/master';

/** The port of AgentX (RFC 2741). */
const agentxPort = 705;

/** `unix:/var/agentx/master`, `/var/agentx/master`, `tcp:host:705`, `host:705`, `tcp6:[::1]:705`, `705`. */
export const masterAddress = (text: string): MasterAddress => {
  const unix = /^(?:unix:)?(\/.*)$/.exec(text);
  if (unix?.[1] !== undefined) return { kind: 'unix', path: unix[1] };
  const rest = text.replace(/^(?:tcp6?|tcpv6):/, '');
  if (/^\d+$/.test(rest)) return { kind: 'tcp', host: 'localhost', port: Number(rest) };
  const [, bracketed, host, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(rest) ?? [];
  return { kind: 'tcp', host: bracketed ?? host ?? rest, port: port === undefined ? agentxPort : Number(port) };
};

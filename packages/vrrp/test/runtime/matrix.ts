// The matrix of settings under which vipward and keepalived share a virtual router: every combination, and a few that cover all pairs.

/** What the two sides agree on, and who of them is the better one. */
export interface Case {
  readonly better: 'vipward' | 'keepalived';
  readonly protocol: 'v2' | 'v2 PASS' | 'v2 AH' | 'v3 IPv4' | 'v3 IPv6';
  readonly delivery: 'multicast' | 'unicast';
  readonly preemption: 'preempt' | 'nopreempt';
  readonly link: 'plain' | 'VMAC';
}

export const nameOf = ({ better, protocol, delivery, preemption, link }: Case): string =>
  `${protocol}, ${delivery}, ${preemption}, ${link}, ${better} better`;

const protocols: readonly Case['protocol'][] = ['v2', 'v2 PASS', 'v2 AH', 'v3 IPv4', 'v3 IPv6'];

/** Version 2 knows no IPv6, and version 3 no authentication. */
export const allCases: readonly Case[] = protocols.flatMap((protocol) =>
  (['vipward', 'keepalived'] as const).flatMap((better) =>
    (['multicast', 'unicast'] as const).flatMap((delivery) =>
      (['preempt', 'nopreempt'] as const).flatMap((preemption) =>
        (['plain', 'VMAC'] as const).map((link) => ({ better, protocol, delivery, preemption, link })),
      ),
    ),
  ),
);

/** Fewest cases in which every two values that can meet do meet: each time the case with most new pairs. */
export const coveringCases = (cases: readonly Case[]): readonly Case[] => {
  const missing = new Set(cases.flatMap(pairsOf));
  const chosen: Case[] = [];
  while (missing.size > 0) {
    const gain = (one: Case): number => pairsOf(one).filter((pair) => missing.has(pair)).length;
    const best = cases.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    for (const pair of pairsOf(best)) missing.delete(pair);
    chosen.push(best);
  }
  return chosen;
};

const pairsOf = (one: Case): readonly string[] => {
  const values = Object.entries(one).map(([key, value]) => `${key}=${value}`);
  return values.flatMap((a, i) => values.slice(i + 1).map((b) => `${a} ${b}`));
};

/** ms */
export const intervalOf = ({ protocol }: Case): number => (protocol.startsWith('v2') ? 1000 : 200);

/** ms, of a backup with this priority. */
export const skewOf = (one: Case, priority: number): number =>
  ((256 - priority) / 256) * (one.protocol.startsWith('v2') ? 1000 : intervalOf(one));

export const addressOf = ({ protocol }: Case): string => (protocol === 'v3 IPv6' ? 'fd00:78::100' : '10.78.0.100');

/** The file of host `own` (1 or 2, the last digit of its address), the same words for both programs. */
export const configOf = (one: Case, own: 1 | 2, priority: number, notify: string): string => {
  const net = one.protocol === 'v3 IPv6' ? 'fd00:78::' : '10.78.0.';
  const [auth] = /PASS|AH/.exec(one.protocol) ?? [];
  return [
    'global_defs {',
    '  router_id matrix',
    '  script_user root',
    '}',
    'vrrp_instance VI_1 {',
    '  state BACKUP',
    '  interface eth0',
    '  virtual_router_id 51',
    `  priority ${priority}`,
    `  version ${one.protocol.slice(1, 2)}`,
    `  advert_int ${intervalOf(one) / 1000}`,
    ...(one.preemption === 'nopreempt' ? ['  nopreempt'] : []),
    ...(one.link === 'VMAC' ? ['  use_vmac', '  vmac_xmit_base'] : []),
    ...(auth === undefined ? [] : ['  authentication {', `    auth_type ${auth}`, '    auth_pass secret', '  }']),
    ...(one.delivery === 'unicast'
      ? [`  unicast_src_ip ${net}${own}`, '  unicast_peer {', `    ${net}${3 - own}`, '  }']
      : []),
    '  virtual_ipaddress {',
    `    ${addressOf(one)}`,
    '  }',
    `  notify ${notify}`,
    '}',
    '',
  ].join('\n');
};

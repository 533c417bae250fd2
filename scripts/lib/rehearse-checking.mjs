// Rehearses what only reads a configuration: good files, and one with a finding of the usual kinds.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const examples = join(dirname(fileURLToPath(import.meta.url)), '../../examples');

export default async (load) => {
  const run = load();
  const folder = mkdtempSync(join(tmpdir(), 'vipward-build-'));
  const wrong = join(folder, 'wrong.conf');
  writeFileSync(wrong, wrongText);
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  const good = readdirSync(examples).filter((one) => one.endsWith('.conf'));
  for (const file of [...good.map((one) => join(examples, one)), wrong]) {
    await run('keepalived', 'keepalived', ['-t', '-f', file]);
    await run('vipward', 'check', ['--strict', file]);
    await run('vipward', 'check', ['--json', file]);
  }
  rmSync(folder, { recursive: true });
};

const wrongText = `global_defs {
  router_id "a b
  enable_script_securty
}
vrrp_script s {
  script "/bin/true x"
  interval 1s
}
vrrp_instance A {
  state MASTR
  interface nosuch0
  virtual_router_id 300
  track_script { s weight }
  virtual_ipaddress { 10.0.0.300/33 dev }
}
vrrp_instance B {
  interface lo
  virtual_router_id 3
  virtual_ipaddress { 10.0.0.3/24 dev lo label lo:1 }
  unicast_peer { 10.0.0.4 }
  notify_master /bin/false
}
$A=1
virtual_server 10.0.0.1 80 {
  lb_algo rr
  lb_kind DR
  protocol TCP
  real_server 10.0.0.\${A} 80 {
    weight \${A}
    HTTP_GET { url { path / status_code 200 } connect_timeout 3 }
  }
  real_server 10.0.0.2:80 { TCP_CHECK { } MISC_CHECK { misc_path "/bin/true" } }
}
}
include nosuch.conf
`;

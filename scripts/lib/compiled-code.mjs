// node compiled-code.mjs NAME EXAMPLES: runs the bundled script NAME.js on configurations and keeps the code that V8 compiled for
// it in NAME.code, for packages/cli/src/start.ts.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

const [name = '', examples = ''] = process.argv.slice(2);
const file = `${name}.js`;
const text = readFileSync(file, 'latin1');
const script = new Script(text, { filename: file });
const module = { exports: {} };
script.runInThisContext()(module, createRequire(import.meta.url), pathToFileURL(file).href);

// Functions that have been run at least once are kept. So: good files, and one with a finding of the usual kinds.
const folder = mkdtempSync(join(tmpdir(), 'vipward-build-'));
const wrong = join(folder, 'wrong.conf');
writeFileSync(
  wrong,
  `global_defs {
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
`,
);
process.stdout.write = () => true;
process.stderr.write = () => true;
const files = [
  ...readdirSync(examples)
    .filter((one) => one.endsWith('.conf'))
    .map((one) => join(examples, one)),
  wrong,
];
for (const one of files) {
  await module.exports.checking('keepalived', ['-t', '-f', one]);
  await module.exports.checking('vipward', ['check', '--strict', one]);
  await module.exports.checking('vipward', ['check', '--json', one]);
}
rmSync(folder, { recursive: true });
process.exitCode = 0;

const code = script.createCachedData();
const again = new Script(text, { filename: file, cachedData: code });
if (again.cachedDataRejected) throw new Error('the compiled code is not taken by the V8 that made it');
writeFileSync(`${name}.code`, code);

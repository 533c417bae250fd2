// Rehearses ipvsadm: a table restored, listed, saved, changed and cleared, in a kernel that is only pretended.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretendAddon } from './pretend-addon.mjs';

const addresses = Array.from({ length: 12 }, (_, i) => `10.0.0.${i + 1}`);

const table = addresses
  .flatMap((service) => [
    `-A -t ${service}:80 -s wrr`,
    ...Array.from({ length: 100 }, (_, i) => `-a -t ${service}:80 -r 10.1.${i >> 4}.${i}:80 -g -w ${1 + (i % 3)}`),
  ])
  .join('\n');

const listings = [['-Ln'], ['-Sn'], ['-Ln', '--stats'], ['-Ln', '--rate'], ['-ln', '-t', '10.0.0.1:80']];
const changes = [
  ['-A', '-f', '1', '-s', 'rr', '-p', '300'],
  ['-E', '-f', '1', '-s', 'wlc'],
  ['-a', '-t', '10.0.0.1:80', '-r', '10.9.0.1:8080', '-m', '-w', '2'],
  ['-e', '-t', '10.0.0.1:80', '-r', '10.9.0.1:8080', '-m', '-w', '3'],
  ['-d', '-t', '10.0.0.1:80', '-r', '10.9.0.1:8080'],
  ['-D', '-f', '1'],
  ['-Z'],
  ['-C'],
];

export default async (load) => {
  const pretended = pretendAddon();
  const run = load();
  const command = async (...words) => {
    const status = await run('ipvsadm', 'ipvsadm', words);
    if (status !== 0) throw new Error(`ipvsadm ${words.join(' ')} in rehearsal: ${status}`);
  };
  await command('--version');
  await command('-h');
  await command('-Ln');
  // Where no addon is built, the real kernel has just been asked. It must not be changed.
  if (pretended.sent === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'vipward-build-'));
  const file = join(folder, 'table');
  writeFileSync(file, table);
  // The lowest number that is free is that of standard input.
  closeSync(0);
  openSync(file, 'r');
  rmSync(folder, { recursive: true });
  await command('-R');
  for (const words of listings) await command(...words);
  for (const words of changes) await command(...words);
};

// The files of `vipward realserver`: the settings in /proc/sys, and the record in /run.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import type { RecordStore, SettingStore } from './perform.ts';
import { type RealserverRecord, wantedSettings } from './state.ts';

/** /proc/sys shows the settings of the network namespace of who opens it. */
export const procSettings: SettingStore = {
  read(name) {
    try {
      return readFileSync(pathOf(name), 'utf8').trim();
    } catch {
      return undefined;
    }
  },
  write: (name, value) => writeFileSync(pathOf(name), `${value}\n`),
};

/** The record of this network namespace: the kernel numbers namespaces by inode. */
export const recordPath = (): string => `/run/vipward/realserver-${statSync('/proc/self/ns/net').ino}.json`;

/** A file that is cut, foreign or not there is no record. */
export const recordFile = (path: string): RecordStore => ({
  read() {
    try {
      const { success, data } = recordSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      return success ? { vips: data.vips, earlier: withoutUndefined(data.earlier) } : undefined;
    } catch {
      return undefined;
    }
  },
  write(record) {
    if (record === undefined) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    // Written beside and renamed: a reader sees the old record or the new one, never half of it.
    writeFileSync(`${path}.new`, `${JSON.stringify({ version: 1, ...record })}\n`, { mode: 0o644 });
    renameSync(`${path}.new`, path);
  },
});

const pathOf = (name: string): string => `/proc/sys/${name.replaceAll('.', '/')}`;

const setting = z.optional(z.string().check(z.regex(/^\d{1,2}$/)));

const recordSchema = z.object({
  version: z.literal(1),
  vips: z.array(z.string()),
  earlier: z.object({
    'net.ipv4.conf.all.arp_ignore': setting,
    'net.ipv4.conf.all.arp_announce': setting,
    'net.ipv4.conf.lo.arp_ignore': setting,
    'net.ipv4.conf.lo.arp_announce': setting,
  }),
});

const withoutUndefined = (earlier: z.infer<typeof recordSchema>['earlier']): RealserverRecord['earlier'] =>
  Object.fromEntries(
    wantedSettings.flatMap(({ name }) => {
      const value = earlier[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

// What the configuration's checks may ask of this machine: files of scripts, users and groups.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { Host } from '@vipward/config';
import { fileInfoOf } from '@vipward/config/script-security';
import { resolveAccount } from '@vipward/sockets/account';

/** Reads users and groups once, when first asked. Interfaces are not among it: links come from netlink. */
export const diskHost = (path: string | undefined): Host => {
  let files: { readonly passwd: string; readonly group: string } | undefined;
  const accounts = (): { readonly passwd: string; readonly group: string } => {
    files ??= { passwd: readIfThere('/etc/passwd'), group: readIfThere('/etc/group') };
    return files;
  };
  return {
    fileInfo(file) {
      try {
        return fileInfoOf(statSync(file));
      } catch {
        return undefined;
      }
    },
    realPath(file) {
      try {
        return realpathSync(file);
      } catch {
        return file;
      }
    },
    uidOf(user) {
      const found = resolveAccount({ user }, undefined, accounts());
      return found.kind === 'account' ? found.account.uid : undefined;
    },
    gidOf(group) {
      const found = resolveAccount({ user: 'root', group }, undefined, accounts());
      return found.kind === 'account' ? found.account.gid : undefined;
    },
    searchPath: (path ?? '/usr/sbin:/usr/bin:/sbin:/bin').split(':').filter((folder) => folder !== ''),
  };
};

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

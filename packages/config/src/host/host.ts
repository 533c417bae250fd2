// What a check may ask of the machine the configuration is for; passed in, so that parsing never touches it by itself.

export interface FileInfo {
  readonly kind: 'file' | 'directory' | 'other';
  /** The twelve permission bits: st_mode & 07777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface HostInterface {
  readonly multicast: boolean;
}

export interface Host {
  /** Of the file a path leads to, through symbolic links; undefined when there is none. Never throws. */
  readonly fileInfo: (path: string) => FileInfo | undefined;
  /** Where the symbolic links of a path lead; the path itself when that cannot be said. Never throws. */
  readonly realPath: (path: string) => string;
  /** Numeric id of a user; undefined when there is none of that name. */
  readonly uidOf: (user: string) => number | undefined;
  readonly gidOf: (group: string) => number | undefined;
  /** All interfaces by name; absent = nothing is said about interfaces. */
  readonly interfaces?: ReadonlyMap<string, HostInterface>;
  /** The directories of PATH, in order. */
  readonly searchPath: readonly string[];
}

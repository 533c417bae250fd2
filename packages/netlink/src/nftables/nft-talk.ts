// What the program nft is asked and told about tables, with its refusals in the log, each once.
import type { IpFamily } from '@vipward/config/address';
import type { NftProgram } from './program.ts';
import { listedObjects, type NftObject, nftFamily } from './transaction.ts';

export interface NftTalkParts {
  readonly program: NftProgram;
  readonly log: { warning(text: string): void; error(text: string): void };
  /** The code of its errors. */
  readonly code: string;
  /** What it means that nft cannot be run, or refuses. */
  readonly without: string;
}

export class NftTalk {
  readonly #parts: NftTalkParts;
  readonly #processes = new Set<number>([process.pid]);
  #missing = false;
  #lastStatus: number | undefined;
  #lastError = '';

  constructor(parts: NftTalkParts) {
    this.#parts = parts;
  }

  /** Whether a process of this number is, or lately was, ours. */
  isOwn(pid: number): boolean {
    return this.#processes.has(pid);
  }

  /** Whether nobody knows what the last run has done: it did not end by itself. */
  get isUnclear(): boolean {
    return this.#lastStatus === undefined;
  }

  /** What lies in a table; nothing where there is none. */
  async list(key: string): Promise<readonly NftObject[] | 'unknown'> {
    const [family, table] = partsOf(key);
    const { status, stdout } = await this.#call(['-j', 'list', 'table', nftFamily(family), table]);
    if (status === undefined) return 'unknown';
    return (status === 0 ? listedObjects(stdout) : undefined) ?? [];
  }

  /** One transaction; false when it was refused. `quiet`: something else will be tried. */
  async write(commands: readonly NftObject[], quiet = false): Promise<boolean> {
    const { status, stderr } = await this.#call(['-j'], JSON.stringify({ nftables: commands }));
    if (status === 0) {
      this.#lastError = '';
      return true;
    }
    const { log, code, without } = this.#parts;
    const error = `${code} nft ended with ${status}: ${firstLine(stderr)}; ${without}`;
    if (status === undefined || quiet || error === this.#lastError) return false;
    this.#lastError = error;
    log.error(error);
    return false;
  }

  async #call(args: readonly string[], input = '') {
    const { program, log, code, without } = this.#parts;
    const outcome = await program(args, input, (pid) => {
      // Numbers are used again, but not so soon.
      if (this.#processes.size > 32) this.#processes.clear();
      this.#processes.add(process.pid).add(pid);
    });
    this.#lastStatus = outcome.status;
    if (outcome.status === undefined && !this.#missing) {
      this.#missing = true;
      log.error(`${code} the program nft cannot be run (${outcome.stderr}): ${without} (install nftables)`);
    }
    return outcome;
  }
}

/** A table's name for nft: `ip NAME` or `ip6 NAME`. */
export const keyOf = (family: IpFamily, table: string): string => `${nftFamily(family)} ${table}`;

export const partsOf = (key: string): readonly [IpFamily, string] => {
  const space = key.indexOf(' ');
  return [key.slice(0, space) === 'ip' ? 4 : 6, key.slice(space + 1)];
};

/** Below it nft draws where in the command it was. */
const firstLine = (text: string): string => text.trim().split('\n')[0]?.slice(0, 200) ?? '';

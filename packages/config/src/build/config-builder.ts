// Statements of the top level, one after the other, to the whole Config; then the checks between objects.
import type { Block, Statement } from '../blocks/block.ts';
import { checkHost } from '../host/check-host.ts';
import type { Host } from '../host/host.ts';
import type { Config, GlobalDefs, SourceLocation, VirtualServer, VirtualServerGroup } from '../model.ts';
import type { SourceReader } from '../source/reader.ts';
import type { Report } from '../source/report.ts';
import { buildAddressLine, type LineContext } from './address-line.ts';
import { checkAcrossObjects, type WrittenGroups } from './cross-checks.ts';
import { buildGlobal } from './global.ts';
import { buildGarpGroups, buildSyncGroup, buildTrackGroup } from './groups.ts';
import { createNames } from './iproute-names.ts';
import { buildProcessSettings } from './process-settings.ts';
import { buildRoute } from './route.ts';
import { buildRule } from './rule.ts';
import { reportScripts } from './script-security.ts';
import { collectServerGroups } from './server-group.ts';
import { buildServerList, type Opened } from './server-list.ts';
import { buildVirtualServers } from './service-block.ts';
import { buildSsl, showSsl } from './ssl.ts';
import { buildBfdInstance, buildTrackFile, buildTrackProcess, withoutSharedNeighbors } from './trackers.ts';
import { at, linesOf, present } from './values.ts';
import { buildVrrpInstance } from './vrrp-instance.ts';
import { buildVrrpScript, nameText } from './vrrp-script.ts';

/** Blocks that are built when everything has been read, by keyword. */
const LATER = [
  'vrrp_script',
  'vrrp_instance',
  'vrrp_sync_group',
  'track_group',
  'track_file',
  'vrrp_track_process',
  'bfd_instance',
  'garp_group',
  'SSL',
] as const;

type Later = (typeof LATER)[number];

/** Takes statements as they are read, so that a large file is never held as a tree. */
export class ConfigBuilder {
  readonly #report: Report;
  readonly #read: SourceReader;
  readonly #host: Host | undefined;
  readonly #global: Statement[] = [];
  readonly #top: Statement[] = [];
  readonly #later = new Map<Later, Opened[]>(LATER.map((name) => [name, []]));
  /** In the order written: services, or a block that waits for the group it names. */
  readonly #servers: (VirtualServer | Opened)[] = [];

  constructor(report: Report, read: SourceReader, host: Host | undefined) {
    this.#report = report;
    this.#read = read;
    this.#host = host;
  }

  add(statement: Statement): void {
    const name = statement.row.aliasOf ?? statement.row.name;
    if (statement.body?.kind !== 'keywords') {
      this.#addTop(statement);
      return;
    }
    const { block } = statement.body;
    const later = LATER.find((one) => one === name);
    if (later !== undefined) this.#opened(later).push({ statement, block });
    else if (name === 'global_defs') this.#global.push(...block.statements);
    else if (name === 'virtual_server') this.#addServer(statement, block);
  }

  /** Everything read so far as one Config: settings of global_defs count wherever they stood. */
  finish(): Config {
    const global = buildGlobal({ path: 'global_defs', statements: this.#global }, this.#report);
    const lines = this.#lines(global);
    const top: Block = { path: '', statements: this.#top };
    const opened = this.#ssl();
    const ssl = opened && buildSsl(opened.statement, opened.block);
    const groups = collectServerGroups(this.#top, this.#report);
    const config: Config = {
      global,
      process: buildProcessSettings(top, this.#report),
      ...this.#watched(global),
      vrrpInstances: this.#named('vrrp_instance', (statement, block) =>
        buildVrrpInstance(statement, block, global, lines),
      ),
      garpGroups: buildGarpGroups(this.#opened('garp_group'), this.#report),
      ...this.#statics(top, lines),
      virtualServerGroups: [...groups.values()].map(
        ({ name, members, at }): VirtualServerGroup => ({
          name,
          targets: members.map(({ target }) => target),
          at,
        }),
      ),
      virtualServers: showSsl(
        buildServerList(
          this.#servers,
          new Map([...groups].map(([name, { members }]) => [name, members])),
          global,
          this.#report,
        ),
        ssl,
      ),
      ...present('ssl', ssl),
    };
    reportScripts(config, this.#host !== undefined, this.#report);
    if (this.#host !== undefined) checkHost(config, this.#host, this.#report);
    const daemon = this.#global.find(({ row }) => row.name === 'lvs_sync_daemon');
    const bfds = new Set(this.#opened('bfd_instance').flatMap(({ statement }) => nameText(statement) ?? []));
    return checkAcrossObjects(config, this.#groups(), bfds, daemon && at(daemon), this.#report);
  }

  #opened(name: Later): Opened[] {
    return this.#later.get(name) ?? [];
  }

  // The rule that a keyword counts only once holds at the top level as well.
  #addTop(statement: Statement): void {
    const { row, keyword } = statement;
    const before = row.repeat === 'first' ? this.#top.find((one) => one.row === row) : undefined;
    if (before === undefined) {
      this.#top.push(statement);
      return;
    }
    this.#report(
      'error',
      'repeated-keyword',
      `${keyword.text} is given again; only the first one counts`,
      at(statement),
      {
        related: [{ at: at(before), message: 'the first one is here' }],
      },
    );
  }

  #addServer(statement: Statement, block: Block): void {
    if (statement.value?.kind === 'service' && statement.value.target.kind === 'group')
      this.#servers.push({ statement, block });
    else this.#servers.push(...buildVirtualServers(statement, block, new Map(), this.#report));
  }

  #lines(global: GlobalDefs): LineContext {
    const names = createNames(this.#read, {
      ...present('etc', global.iprouteEtcDir),
      ...present('usr', global.iprouteUsrDir),
    });
    return { names, report: this.#report, mentioned: new Set() };
  }

  #watched(
    global: GlobalDefs,
  ): Required<Pick<Config, 'vrrpScripts' | 'trackFiles' | 'trackProcesses' | 'bfdInstances'>> {
    const report = this.#report;
    return {
      vrrpScripts: this.#named('vrrp_script', (statement, block) =>
        buildVrrpScript(statement, block, global.scriptUser, report),
      ),
      trackFiles: this.#named('track_file', (statement, block) => buildTrackFile(statement, block, report)),
      trackProcesses: this.#named('vrrp_track_process', (statement, block) =>
        buildTrackProcess(statement, block, report),
      ),
      bfdInstances: withoutSharedNeighbors(
        this.#named('bfd_instance', (statement, block) => buildBfdInstance(statement, block, report)),
        report,
      ),
    };
  }

  // A second block takes the place of the first.
  #ssl(): Opened | undefined {
    const [first, ...others] = this.#opened('SSL');
    for (const { statement } of first === undefined ? [] : others)
      this.#report('warning', 'repeated-keyword', 'SSL is given again; the last one counts', at(statement), {
        related: first === undefined ? [] : [{ at: at(first.statement), message: 'the first one is here' }],
      });
    return others.at(-1) ?? first;
  }

  #groups(): WrittenGroups {
    const report = this.#report;
    return {
      syncGroups: this.#named('vrrp_sync_group', (statement, block) => buildSyncGroup(statement, block, report)),
      trackGroups: this.#named('track_group', (statement, block) => buildTrackGroup(statement, block, report)),
    };
  }

  #statics(top: Block, lines: LineContext): Pick<Config, 'staticAddresses' | 'staticRoutes' | 'staticRules'> {
    const { names, report } = lines;
    return {
      staticAddresses: linesOf(top, 'static_ipaddress').flatMap(
        (line) => buildAddressLine(line, 'static_ipaddress.<line>', lines) ?? [],
      ),
      staticRoutes: linesOf(top, 'static_routes').flatMap(
        (line) => buildRoute(line, 'static_routes.<line>', names, report) ?? [],
      ),
      staticRules: linesOf(top, 'static_rules').flatMap(
        (line) => buildRule(line, 'static_rules.<line>', names, report) ?? [],
      ),
    };
  }

  // Blocks with names: of two of one name the first counts, even when it turns out to be unusable.
  #named<T>(kind: Later, build: (statement: Statement, block: Block) => T | undefined): readonly T[] {
    const first = new Map<string, SourceLocation>();
    return this.#opened(kind).flatMap(({ statement, block }) => {
      const name = nameText(statement);
      if (name === undefined) return [];
      const before = first.get(name);
      if (before === undefined) {
        first.set(name, at(statement));
        return build(statement, block) ?? [];
      }
      const code = DUPLICATES[kind] ?? 'duplicate-definition';
      this.#report('error', code, `${kind} ${name} is given twice; the second is dropped`, at(statement), {
        related: [{ at: before, message: 'the first one is here' }],
        hint: 'give one of them another name, or put what they hold into one',
      });
      return [];
    });
  }
}

const DUPLICATES: Partial<Record<Later, 'duplicate-script' | 'duplicate-instance'>> = {
  vrrp_script: 'duplicate-script',
  vrrp_instance: 'duplicate-instance',
};

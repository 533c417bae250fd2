// vrrp_instance: values, defaults, and what does not go together (as keepalived settles it after reading).
import { ipKey } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import { rememberInterface } from '../host/interface-places.ts';
import type { GlobalDefs, Millis, SourceLocation, VirtualAddress, VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { buildAddressLine, type LineContext } from './address-line.ts';
import { buildAuthentication } from './authentication.ts';
import { atLeastOne, type InstanceDefaults, instanceDefaults } from './global.ts';
import { buildInstanceDetails } from './instance-details.ts';
import { addressInFamily, type SpokenFamily, spokenFamily } from './instance-family.ts';
import { buildRole } from './instance-role.ts';
import { applyStrict } from './strict.ts';
import { buildPeers, buildTracked } from './tracked-lines.ts';
import { at, find, findAll, has, linesOf, millis, number, present, script, seconds, text } from './values.ts';
import { nameText } from './vrrp-script.ts';

const VIRTUAL_ADDRESS = 'vrrp_instance.virtual_ipaddress.<line>';
const ADVERT_INTERVAL = 1000;

/** Undefined when something is missing that an instance cannot be without; that is reported. */
export const buildVrrpInstance = (
  statement: Statement,
  block: Block,
  global: GlobalDefs,
  lines: LineContext,
): VrrpInstance | undefined => {
  const { report } = lines;
  const name = nameText(statement);
  if (name === undefined) return undefined;
  const second = statement.args[1];
  if (second !== undefined && /^\w/.test(second.text))
    report('warning', 'block-extra-words', `the name of a vrrp_instance is one word: ${name}`, locationOf(second), {
      hint: `write vrrp_instance ${statement.args.map(({ text }) => text).join('_')} {`,
    });
  const defaults = instanceDefaults(global);
  const interfaceName = text(block, 'interface');
  const virtualRouterId = number(block, 'virtual_router_id');
  const spoken = spokenFamily(block);
  const virtualAddresses = buildAddresses(statement, block, name, spoken, lines);
  const version = buildVersion(block, defaults, virtualAddresses);
  const authentication = buildAuthentication(block, version, report);
  const { state, priority, nopreempt, preemptDelay } = buildRole(block, authentication, report);
  const details = buildInstanceDetails(
    statement,
    block,
    { state, priority, version, nopreempt, spoken },
    global,
    lines,
  );
  const lvsSyncDaemonInterface = text(block, 'lvs_sync_daemon_interface');
  const garpMasterDelay = seconds(block, 'garp_master_delay');
  const unicastPeers = buildPeers(linesOf(block, 'unicast_peer'), spoken, report);
  const unicastSourceIp = addressInFamily(block, 'unicast_src_ip', spoken, report);
  // Unicast needs no interface when it knows its own address.
  const unicastAlone = unicastPeers.length > 0 && unicastSourceIp !== undefined;
  if ((interfaceName === undefined && !unicastAlone) || virtualRouterId === undefined) {
    const [code, missing] =
      interfaceName === undefined && !unicastAlone
        ? (['missing-interface', 'interface'] as const)
        : (['missing-virtual-router-id', 'virtual_router_id'] as const);
    report('error', code, `vrrp_instance ${name} has no usable ${missing} and is dropped`, at(statement));
    return undefined;
  }
  const instance: VrrpInstance = {
    name,
    state,
    interfaceName: interfaceName ?? '',
    virtualRouterId,
    priority,
    version,
    advertInterval: buildAdvertInterval(block, version, report),
    nopreempt,
    preemptDelay,
    garpMasterDelay: garpMasterDelay ?? defaults.garpMasterDelay,
    garpMasterRepeat: atLeastOne(block, 'garp_master_repeat', defaults.garpMasterRepeat, report),
    ...present('authentication', authentication),
    virtualAddresses,
    trackInterfaces: buildTracked(linesOf(block, 'track_interface'), 'interface', report),
    trackScripts: buildTracked(linesOf(block, 'track_script'), 'script', report),
    ...present('unicastSourceIp', unicastSourceIp),
    unicastPeers,
    ...present('notifyMaster', script(block, 'notify_master')),
    ...present('notifyBackup', script(block, 'notify_backup')),
    ...present('notifyFault', script(block, 'notify_fault')),
    ...present('notifyStop', script(block, 'notify_stop')),
    ...present('notify', script(block, 'notify')),
    ...present('lvsSyncDaemonInterface', lvsSyncDaemonInterface),
    ...present('vrf', buildVrf(block, report)),
    ...details,
    at: at(statement),
  };
  return rememberInterface(applyStrict(block, instance, report), placeOfWord(find(block, 'interface')));
};

const placeOfWord = (statement: Statement | undefined): SourceLocation | undefined =>
  statement && locationOf(statement.args[0] ?? statement.keyword);

// An interface is in its VRF already.
const buildVrf = (block: Block, report: Report): string | undefined => {
  const statement = find(block, 'vrf');
  const beside = find(block, 'interface');
  if (statement === undefined || beside === undefined) return text(block, 'vrf');
  report('error', 'vrf-with-interface', 'vrf does not go with interface; it is ignored', at(statement), {
    related: [{ at: at(beside), message: 'interface is here' }],
    hint: 'remove one of the two: vrf is for unicast without an interface',
  });
  return undefined;
};

// Every advert carries one family only.
const buildAddresses = (
  statement: Statement,
  block: Block,
  name: string,
  spoken: SpokenFamily | undefined,
  lines: LineContext,
): readonly VirtualAddress[] => {
  const { report } = lines;
  const addresses = new Map<string, VirtualAddress>();
  const family = spoken?.family;
  for (const line of linesOf(block, 'virtual_ipaddress')) {
    const found = buildAddressLine(line, VIRTUAL_ADDRESS, lines);
    if (found === undefined) continue;
    const key = `${ipKey(found.address)} ${found.dev ?? ''}`;
    const before = addresses.get(key);
    if (found.address.family !== family)
      report(
        'error',
        'mixed-families',
        `${ipKey(found.address)} is not of the family of the first address and is dropped`,
        found.at,
        {
          hint: 'put addresses of the other family in virtual_ipaddress_excluded or in an instance of their own',
        },
      );
    else if (before !== undefined)
      // With another label it is another address to keepalived, though not to the kernel.
      report(
        before.label === found.label ? 'warning' : 'note',
        'duplicate-address',
        `${ipKey(found.address)} is given twice; the first one counts`,
        found.at,
        {
          related: [{ at: before.at, message: 'the first one is here' }],
        },
      );
    else addresses.set(key, found);
  }
  if (
    addresses.size === 0 &&
    !has(block, 'no_virtual_ipaddress') &&
    findAll(block, 'virtual_ipaddress_excluded').length === 0
  )
    report('warning', 'no-virtual-address', `vrrp_instance ${name} has no virtual IP address`, at(statement));
  return [...addresses.values()];
};

// IPv6 exists in version 3 only.
const buildVersion = (block: Block, defaults: InstanceDefaults, addresses: readonly VirtualAddress[]): 2 | 3 => {
  if (addresses[0]?.address.family === 6 || has(block, 'native_ipv6')) return 3;
  const version = number(block, 'version') ?? defaults.version;
  return version === 3 ? 3 : 2;
};

// Version 2 carries whole seconds in one byte, version 3 hundredths of a second in twelve bits (RFC 9568 section 5.2.7).
const buildAdvertInterval = (block: Block, version: 2 | 3, report: Report): Millis => {
  const interval = millis(block, 'advert_int') ?? ADVERT_INTERVAL;
  const statement = find(block, 'advert_int');
  const step = version === 2 ? 1000 : 10;
  const rounded = Math.min(version === 2 ? 255_000 : 40_950, Math.max(step, Math.round(interval / step) * step));
  if (rounded !== interval && statement !== undefined)
    report(
      'warning',
      'advert-int-rounded',
      `advert_int of VRRP version ${version} becomes ${rounded / 1000} s`,
      at(statement),
      {
        hint:
          version === 2
            ? 'version 2 knows whole seconds only; version 3 takes hundredths'
            : 'version 3 takes 0.01 to 40.95 s',
      },
    );
  return rounded;
};

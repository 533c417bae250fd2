// Keywords outside of every block: namespaces, the instance's name, and how links are watched.
import type { Block } from '../blocks/block.ts';
import { rememberInterface } from '../host/interface-places.ts';
import type { ProcessSettings } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { has, linesOf, present, seconds, text } from './values.ts';

const METHODS = ['MII', 'ETHTOOL', 'IOCTL'] as const;
const LONGEST_DELAY = 255;

export const buildProcessSettings = (block: Block, report: Report): ProcessSettings => ({
  ...present('netNamespace', text(block, 'net_namespace')),
  ...present('netNamespaceIpvs', text(block, 'net_namespace_ipvs')),
  namespaceWithIpsets: has(block, 'namespace_with_ipsets'),
  usePidDir: has(block, 'use_pid_dir') || has(block, 'instance'),
  ...present('instance', text(block, 'instance')),
  ...present('childWaitTime', seconds(block, 'child_wait_time')),
  linkbeatUsePolling: has(block, 'linkbeat_use_polling'),
  linkbeatInterfaces: buildLinkbeat(block, report),
  interfaceDelays: buildDelays(block, report),
});

// `IFNAME [MII|ETHTOOL|IOCTL]`, one a line.
const buildLinkbeat = (block: Block, report: Report): ProcessSettings['linkbeatInterfaces'] =>
  linesOf(block, 'linkbeat_interfaces').flatMap(([name, word]) => {
    if (name === undefined) return [];
    const method = METHODS.find((one) => one === word?.text);
    if (word !== undefined && method === undefined)
      report('error', 'bad-value', `"${word.text}" is not MII, ETHTOOL or IOCTL`, locationOf(word));
    return [rememberInterface({ name: name.text, ...present('method', method) }, locationOf(name))];
  });

// `IFNAME DOWN [UP]` in seconds, one a line.
const buildDelays = (block: Block, report: Report): ProcessSettings['interfaceDelays'] =>
  linesOf(block, 'interface_up_down_delays').flatMap(([name, down, up]) => {
    if (name === undefined) return [];
    const [downTime, upTime] = [down, up].map((word) => {
      if (word === undefined) return 0;
      const time = /^\d*\.?\d+$/.test(word.text) ? Number(word.text) : Number.NaN;
      if (time <= LONGEST_DELAY) return Math.round(time * 1e6) / 1e3;
      report(
        'error',
        'bad-number',
        `"${word.text}" is not a time from 0 to ${LONGEST_DELAY} seconds`,
        locationOf(word),
      );
      return undefined;
    });
    if (down === undefined) report('error', 'missing-value', `${name.text} needs a time after it`, locationOf(name));
    return down === undefined || downTime === undefined || upTime === undefined
      ? []
      : [rememberInterface({ name: name.text, down: downTime, up: upTime }, locationOf(name))];
  });

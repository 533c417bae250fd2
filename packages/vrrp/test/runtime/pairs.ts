// One configuration for vipward and keepalived: each in both roles, and what each says byte for byte.
import { expect, test } from '@jest/globals';
import {
  advertisementFrames,
  arpFrames,
  type Directors,
  directors,
  type Frame,
  vrrp6Frames,
  vrrpFrames,
} from './directors.ts';
import type { Plan } from './router.ts';

export interface Setting {
  readonly name: string;
  readonly plan: Omit<Plan, 'priority'>;
  /** The same in keepalived's words, without the priority. */
  readonly words: string;
  readonly vip: string;
  readonly adverts: (frames: readonly Frame[]) => readonly Frame[];
}

export const lines = (...all: readonly string[]): string => all.join('\n');
export const vipBlock = (...vips: readonly string[]): string => lines('virtual_ipaddress {', ...vips, '}');
export const peer = (address: string): string => lines('unicast_peer {', address, '}');
export const four = { adverts: vrrpFrames };
export const six = { adverts: vrrp6Frames };

const mirror = (words: string): string =>
  words.replaceAll(/(10\.78\.0\.(?:20)?|fd00:78::)([12])$/gm, (_, net, host) => `${net}${host === '1' ? 2 : 1}`);

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The tests of every setting, for a describe() that all share with whatever else runs side by side: jest does that within one
 * describe() only.
 */
export const pairTests = (settings: readonly Setting[]): void => {
  bothRoles(settings);
  sameBytes(settings);
};

/** Who is master, fail-over and fail-back, with vipward and with keepalived as the better one. */
const bothRoles = (settings: readonly Setting[]): void => {
  const has = async (lab: Directors, host: 'a' | 'b', { vip }: Setting): Promise<boolean> =>
    (await lab.addresses(host, 'eth0', vip.includes(':') ? 6 : 4)).includes(vip);

  test.concurrent.each(settings)(
    '$name: vipward yields to a better keepalived, follows it when it is killed, and when it ends',
    async (setting) => {
      const { plan, words, vip } = setting;
      await using lab = await directors();
      const ours = await lab.ours('a', [{ ...plan, priority: 100 }]);
      await lab.hasAddress('a', vip);
      const theirs = await lab.keepalived('b', lines('priority 110', words));
      await ours.waitFor('with higher priority 110, ours 100', { timeout: 20_000 });
      await lab.hasAddress('b', vip);
      await wait(500);
      expect(await has(lab, 'a', setting)).toBe(false);
      theirs.killAll('SIGKILL');
      await lab.hasAddress('a', vip);

      // The killed one's pid files would be believed when another process has its number by now.
      const again = await lab.keepalived('b', lines('priority 110', words), { name: 'again' });
      // The address alone may be the one that the killed one left.
      await again.waitFor('Entering MASTER STATE', { timeout: 20_000 });
      await lab.hasAddress('b', vip);
      await wait(1500);
      expect(await has(lab, 'a', setting)).toBe(false);
      await again.stop();
      await ours.waitFor('Backup received priority 0 advertisement');
      await lab.hasAddress('a', vip);
      expect(ours.log()).not.toMatch(/Invalid|mismatch|wrong version|unexpected/);
    },
    120_000,
  );

  test.concurrent.each(settings)(
    '$name: keepalived yields to a better vipward, follows it when it is killed, and when it ends',
    async (setting) => {
      const { plan, words, vip } = setting;
      await using lab = await directors();
      const theirs = await lab.keepalived('b', lines('priority 90', words));
      await theirs.waitFor('Entering MASTER STATE', { timeout: 20_000 });
      const ours = await lab.ours('a', [{ ...plan, priority: 100 }]);
      await theirs.waitFor('with higher priority 100, ours 90', { timeout: 20_000 });
      await lab.hasAddress('a', vip);
      await wait(1500);
      expect(await has(lab, 'b', setting)).toBe(false);
      ours.killAll('SIGKILL');
      await lab.hasAddress('b', vip);

      const again = await lab.ours('a', [{ ...plan, priority: 100 }]);
      await again.waitFor('Entering MASTER STATE', { timeout: 20_000 });
      await wait(1500);
      expect(await has(lab, 'b', setting)).toBe(false);
      await again.stop();
      await theirs.waitFor('Backup received priority 0 advertisement');
      await lab.hasAddress('b', vip);
      expect(theirs.log()).not.toMatch(/Invalid|mismatch|wrong version|unexpected/);
    },
    120_000,
  );
};

/** The same adverts and the same gratuitous ARPs and NAs from the same configuration. */
const sameBytes = (settings: readonly Setting[]): void => {
  const mac = '02000000000a';

  /** All that a lone director a says until it has been stopped. */
  const monologue = async (who: 'ours' | 'keepalived', { plan, words, vip }: Setting): Promise<readonly Frame[]> => {
    await using lab = await directors({ fixedMacs: true });
    const daemon =
      who === 'ours'
        ? await lab.ours('a', [{ ...plan, priority: 100, garpMasterDelay: 1000 }])
        : await lab.keepalived('a', lines('priority 100', 'garp_master_delay 1', mirror(words)));
    await lab.hasAddress('a', vip);
    await wait(2500);
    await daemon.stop();
    await wait(100);
    return lab.frames().filter(({ hex }) => hex.slice(12, 24) === mac);
  };

  // The kernel chooses an IPv6 packet's flow label.
  const withoutFlow = (hex: string): string => `${hex.slice(0, 31)}.....${hex.slice(36)}`;
  const withoutId = (hex: string): string =>
    withoutSequence(`${hex.slice(0, 36)}....${hex.slice(40, 48)}....${hex.slice(52)}`);
  // Of auth_type AH: the number of adverts until the last one is not the same.
  const withoutSequence = (hex: string): string =>
    hex.slice(46, 48) === '33' ? `${hex.slice(0, 84)}...${hex.slice(116)}` : hex;

  test.concurrent.each(settings)(
    '$name: the same configuration gives the same bytes',
    async (setting) => {
      const [theirs, ours] = await Promise.all([monologue('keepalived', setting), monologue('ours', setting)]);
      const adverts = (frames: readonly Frame[]): readonly string[] =>
        setting.adverts(frames).map(({ hex }) => (setting.adverts === vrrp6Frames ? withoutFlow(hex) : hex));
      const count = Math.min(adverts(ours).length, adverts(theirs).length) - 1;
      expect(count).toBeGreaterThanOrEqual(2);
      if (!setting.words.includes('old_unicast')) {
        expect(adverts(ours).slice(0, count)).toEqual(adverts(theirs).slice(0, count));
        expect(withoutId(adverts(ours).at(-1) ?? '')).toEqual(withoutId(adverts(theirs).at(-1) ?? ''));
      }
      const announced = (frames: readonly Frame[]): readonly string[] => [
        ...advertisementFrames(frames).map(({ hex }) => hex),
        ...arpFrames(frames)
          .map(({ hex }) => hex)
          .filter((hex) => hex.slice(56, 64) === hex.slice(76, 84)),
      ];
      expect(announced(ours)).not.toEqual([]);
      expect(announced(ours)).toEqual(announced(theirs));
    },
    120_000,
  );
};

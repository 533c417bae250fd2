// How keepalived writes values in its dumps: scripts, addresses, moments, truth. Pure.
import type { Millis, Script, VirtualAddress } from '@vipward/config';
import { formatIp } from '@vipward/config/address';

export const yesNo = (is: boolean | undefined): string => (is ? 'yes' : 'no');
export const trueFalse = (is: boolean | undefined): string => (is ? 'true' : 'false');

/** `'/bin/a' 'b c'` */
export const scriptText = ({ argv }: Script): string => argv.map((word) => `'${word}'`).join(' ');

export const scriptLine = (label: string, script: Script | undefined): readonly string[] =>
  script === undefined ? [] : [`   ${label} script = ${scriptText(script)}`];

/** Seconds with six digits. */
export const secondsText = (millis: Millis): string => (millis / 1000).toFixed(6);

/** `1795383191.417000 (Sun Nov 22 21:33:11.417000 2026)`, in the time zone of the process. */
export const momentText = (millis: Millis): string => {
  const date = new Date(millis);
  const [day = '', month = '', number = '', year = '', time = ''] = date.toString().split(' ');
  const micros = secondsText(millis % 1000).slice(1);
  return `${secondsText(millis)} (${day} ${month} ${String(Number(number)).padStart(2)} ${time}${micros} ${year})`;
};

/** `10.9.9.9/24 dev eth0 scope global label eth0:1 set`; `set` while the address is here. */
export const addressText = (virtual: VirtualAddress, interfaceName: string, set: boolean): string => {
  const { address, prefixLength, dev = interfaceName, scope = 0, label, preferredLifetime } = virtual;
  const six = address.family === 6;
  const host = prefixLength === (six ? 128 : 32);
  const lifetime = preferredLifetime ?? (host ? 0 : 'forever');
  return [
    `${formatIp(address)}${host ? '' : `/${prefixLength}`} dev ${dev} scope ${scopes[scope] ?? scope}`,
    ...(six ? [lifetime === 0 ? 'deprecated' : `preferred_lft ${lifetime}`] : []),
    ...(label === undefined ? [] : [`label ${label}`]),
    ...(set ? ['set'] : []),
  ].join(' ');
};

// rt_scopes(5) of the kernel.
const scopes: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' };

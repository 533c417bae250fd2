// What a session says in the log: keepalived's lines.
import type { Millis } from '@vipward/config';
import { diagnosticText } from '../packet/packet.ts';
import type { Effect, Session } from './model.ts';
import { desiredMinTx, detectionTime, remoteDetectionTime } from './timing.ts';

type Log = Extract<Effect, { readonly kind: 'log' }>;

export const log = ({ config }: Pick<Session, 'config'>, text: string, detail: boolean): Log => ({
  kind: 'log',
  text: `(${config.name}) ${text}`,
  detail,
});

export const enteringDown = ({ diagnostic, remote }: Session): string =>
  `Entering Down state (Local diagnostic - ${diagnosticText(diagnostic)}, Remote diagnostic - ${diagnosticText(remote.diagnostic)})`;

/** When what the two have agreed on is another now. */
export const parameterLines = (before: Session, after: Session): readonly Log[] => {
  const [old, table] = [rows(before), rows(after)];
  const was = detectionTime(before);
  const is = detectionTime(after);
  return [
    ...(table.join() === old.join()
      ? []
      : [
          log(after, '---------------< Session parameters >--------------', true),
          { kind: 'log', text: '              min_tx  min_rx  tx_intv  mult  detect_time', detail: true } as const,
          ...table.map((text): Log => ({ kind: 'log', text, detail: true })),
        ]),
    ...(is === was
      ? []
      : [{ kind: 'log', text: `     Detection time is ${us(is)} us (was ${us(was)} us)`, detail: false } as const]),
  ];
};

const rows = (session: Session): readonly string[] => {
  const { config, remote } = session;
  const minTx = desiredMinTx(session);
  return [
    row('local', minTx, config.minRx, Math.max(minTx, remote.minRx), config.multiplier, detectionTime(session)),
    row(
      'remote',
      remote.minTx,
      remote.minRx,
      Math.max(remote.minTx, config.minRx),
      remote.multiplier,
      remoteDetectionTime(session),
    ),
  ];
};

const row = (whose: string, minTx: Millis, minRx: Millis, interval: Millis, multiplier: number, detect: Millis) =>
  `     ${whose.padEnd(6)}${us(minTx).padStart(9)}${us(minRx).padStart(8)}${us(interval).padStart(9)}${String(multiplier).padStart(6)}${us(detect).padStart(13)}`;

const us = (time: Millis): string => String(Math.round(time * 1000));

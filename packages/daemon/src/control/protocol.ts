// The control socket's language: one JSON object a line, asked and answered.
import type { BfdStatus } from '@vipward/bfd';
import type {
  LatenessReport,
  Order,
  OrderAction,
  OrderAnswer,
  OrderErrorCode,
  VirtualServerReport,
} from '@vipward/health';
import type { InstanceStatus } from '@vipward/vrrp';
import type { WorkerRole } from '../supervisor/messages.ts';

/** `{"ask":"status"}`, or `{"ask":"order","action":"drain","service":"tcp 192.168.33.188:80","server":"192.168.33.12:80"}` */
export type ControlRequest = { readonly ask: 'status' } | ({ readonly ask: 'order' } & Order);

export type ControlReply =
  | { readonly ok: true; readonly status: DaemonStatus }
  | { readonly ok: true; readonly order: OrderDone }
  | { readonly ok: false; readonly code: ControlErrorCode; readonly message: string };

export type ControlErrorCode =
  | 'CONTROL_BAD_REQUEST'
  | 'CONTROL_LINE_TOO_LONG'
  | 'CONTROL_FAILED'
  | 'CONTROL_NO_CHECKER'
  | OrderErrorCode;

export type OrderDone = Extract<OrderAnswer, { readonly ok: true }>;

/** What a worker tells of itself. */
export interface WorkerStatus {
  readonly instances?: readonly InstanceStatus[];
  readonly services?: readonly VirtualServerReport[];
  readonly checks?: LatenessReport;
  readonly bfdSessions?: readonly BfdStatus[];
}

export interface DaemonStatus {
  readonly version: string;
  readonly pid: number;
  readonly instances: readonly InstanceStatus[];
  readonly services: readonly VirtualServerReport[];
  readonly bfdSessions: readonly BfdStatus[];
  /** Of a daemon that checks: how late checks begin, and how long answers take. */
  readonly checks?: LatenessReport | undefined;
  /** Workers that run and did not answer in time: their part is missing above. */
  readonly silent: readonly WorkerRole[];
}

/** Bytes of a request, its line end not counted. */
export const maxRequestBytes = 1024;

/** `/run/keepalived.pid` -> `/run/keepalived.sock`: two daemons with pid files of their own stay apart. */
export const controlSocketOf = (pidFile: string): string => `${pidFile.replace(/\.pid$/, '')}.sock`;

export const usualControlSocket = '/run/keepalived.sock';

/** The request in a line, or why it is none. Never throws. */
export const readRequest = (line: string): ControlRequest | string => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'a request is one JSON object a line';
  }
  if (typeof value !== 'object' || value === null || !('ask' in value)) return 'a request is an object with "ask"';
  if (value.ask === 'status') return { ask: 'status' };
  if (value.ask === 'order') return readOrder(value);
  return 'what can be asked: "status", "order"';
};

export const orderActions: readonly OrderAction[] = ['drain', 'undrain', 'maintenance-on', 'maintenance-off'];

const readOrder = (value: object): ControlRequest | string => {
  const { action, service, server }: Readonly<Record<string, unknown>> = { ...value };
  const known = orderActions.find((one) => one === action);
  if (known === undefined) return `an order has an "action": ${orderActions.join(', ')}`;
  if (typeof service !== 'string' || typeof server !== 'string') return 'an order has a "service" and a "server"';
  return { ask: 'order', action: known, service, server };
};

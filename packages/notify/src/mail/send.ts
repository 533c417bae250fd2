// The edge where a message goes to the mail relay. nodemailer is loaded at the first mail: it costs 27 MB.
import type { Millis } from '@vipward/sockets';
import { addressOf, type MailSettings } from './message.ts';

/** Rejects with what the relay or the network said. */
export type SendMail = (text: string, settings: MailSettings) => Promise<void>;

/** smtp_server and what goes with it. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  readonly heloName?: string;
  readonly connectTimeout: Millis;
}

export const sendOver =
  (relay: () => Relay | undefined): SendMail =>
  async (text, { from, to }) => {
    const known = relay();
    if (known === undefined) throw new Error('no smtp_server is configured');
    const { host, port, heloName, connectTimeout } = known;
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure: false,
      // As keepalived, which speaks no TLS: a relay with a certificate of its own making must not silence the alert.
      ignoreTLS: true,
      connectionTimeout: connectTimeout,
      greetingTimeout: connectTimeout,
      socketTimeout: connectTimeout,
      ...(heloName === undefined ? {} : { name: heloName }),
    });
    try {
      await transport.sendMail({ envelope: { from: addressOf(from), to: to.map(addressOf) }, raw: text });
    } finally {
      transport.close();
    }
  };

// The seed's site on one bridge: a client, two directors, two real servers that answer for the virtual IP (direct routing).
import { type HttpServer, type Netns, startHttpServer, type Topology, topology } from '@vipward/testkit';
import { vipward } from './program.ts';

export const vip = '192.168.33.188';

export interface Site extends AsyncDisposable {
  readonly net: Topology<'client' | 'a' | 'b' | 'rs12' | 'rs13'>;
  readonly servers: { readonly rs12: HttpServer; readonly rs13: HttpServer };
  /** Ends and starts one web server, as a crash of nginx does. */
  replaceServer(name: 'rs12' | 'rs13'): Promise<HttpServer>;
}

/** `prefix` begins the namespaces' names. The real servers are prepared by our own command. */
export const openSite = async (
  prefix: string,
  prepare: (host: Netns) => Promise<unknown> = prepared,
): Promise<Site> => {
  const net = await topology({
    prefix,
    hosts: {
      client: ['192.168.33.100/24'],
      a: ['192.168.33.2/24'],
      b: ['192.168.33.3/24'],
      rs12: ['192.168.33.12/24'],
      rs13: ['192.168.33.13/24'],
    },
  });
  const open = (name: 'rs12' | 'rs13'): Promise<HttpServer> =>
    startHttpServer({ name, address: '0.0.0.0', port: 80, netns: net.hosts[name] });
  try {
    await prepare(net.hosts.rs12);
    await prepare(net.hosts.rs13);
    const servers = { rs12: await open('rs12'), rs13: await open('rs13') };
    return {
      net,
      servers,
      async replaceServer(name) {
        servers[name] = await open(name);
        return servers[name];
      },
      [Symbol.asyncDispose]: () => net.delete(),
    };
  } catch (error) {
    await net.delete();
    throw error;
  }
};

const prepared = (host: Netns): Promise<string> => host.exec(vipward, ['realserver', 'up', vip]);

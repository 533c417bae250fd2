// The SSL block: its files come to every SSL_GET, and to nothing else.
import { expect, test } from '@jest/globals';
import { codes, configOf } from '../support.ts';

const servers = `
virtual_server 10.0.0.1 443 {
  protocol TCP
  real_server 10.0.0.2 443 {
    SSL_GET {
      url {
        path /
      }
    }
    HTTP_GET {
      url {
        path /
      }
    }
  }
}
`;
const ssl = 'SSL {\n certificate /c.pem\n key /k.pem\n password secret\n ca /ca.pem\n}\n';
const shown = (text: string) =>
  configOf(text).virtualServers[0]?.realServers[0]?.checkers.map((check) => ('ssl' in check ? check.ssl : undefined));

test.each([
  ['above the servers', ssl + servers],
  ['below them', servers + ssl],
])('an SSL block %s is shown by SSL_GET, not by HTTP_GET', (_where, text) => {
  const files = { certificate: '/c.pem', key: '/k.pem', password: 'secret', ca: '/ca.pem' };
  expect(shown(text)).toEqual([expect.objectContaining(files), undefined]);
  expect(codes(text)).not.toContain('not-acted-on');
});

test('without an SSL block nothing is shown', () => {
  expect(shown(servers)).toEqual([undefined, undefined]);
});

test('all checks of a configuration share one block, and members of a group their real servers', () => {
  const group = `virtual_server_group G {\n 10.0.0.1 443\n 10.0.0.9 443\n}\n${servers.replace('10.0.0.1 443', 'group G')}`;
  const [one, two] = configOf(group + ssl).virtualServers;
  expect(one?.realServers).toBe(two?.realServers);
});

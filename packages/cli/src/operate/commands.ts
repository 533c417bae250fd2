// `vipward drain`, `undrain` and `maintenance` as commands; what they do is loaded when one of them runs.
import type { Command } from 'commander';
import type { NameOptions } from './names.ts';

const usualSocket = '/run/keepalived.sock';

type Options = NameOptions & { readonly socket: string; readonly json?: boolean };

/** Adds the commands; `ended` is told the exit status of the one that ran. */
export const addOperatorCommands = (program: Command, ended: (status: number) => void): void => {
  const run = async (verb: 'drain' | 'undrain' | 'maintenance', words: readonly string[], options: Options) => {
    ended(await (await import('./main.ts')).main(verb, words, options));
  };
  const add = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('-t, --tcp-service <address>', 'the service, as ipvsadm names it')
      .option('-u, --udp-service <address>', 'the same of UDP')
      .option('--sctp-service <address>', 'the same of SCTP')
      .option('-f, --fwmark-service <mark>', 'the same of a firewall mark')
      .option('-r, --real-server <address>', 'the real server; its port may be left out where that is clear')
      .option('--json', 'print one JSON object for tools')
      .option('--socket <path>', 'control socket of the daemon', usualSocket)
      .addHelpText('after', namesHelp);

  add('drain', 'a real server takes no new connections; those that it has go on')
    .argument('[names...]', 'SERVICE SERVER, where -t and -r are not used; or SERVER')
    .action((words: readonly string[], options: Options) => run('drain', words, options));
  add('undrain', 'ends drain')
    .argument('[names...]', 'SERVICE SERVER, where -t and -r are not used; or SERVER')
    .action((words: readonly string[], options: Options) => run('undrain', words, options));
  add('maintenance', 'takes a real server out, with checks going on and nobody told; or lets it in again')
    .argument('[names...]', '[on|off] SERVICE SERVER, or SERVER; on when nothing is said')
    .action((words: readonly string[], options: Options) => run('maintenance', words, options));
};

const namesHelp = `
Names, as in \`vipward status\` and ipvsadm:
  vipward drain -t 192.168.33.188:80 -r 192.168.33.12:80
  vipward drain tcp:192.168.33.188:80 192.168.33.12:80
  vipward drain 192.168.33.188:80 192.168.33.12      protocol and port may be left out where that is clear
  vipward maintenance off fwmark:7 192.168.33.12:80
  vipward maintenance 192.168.33.12                  an address alone, or -r alone: in all services that have it

Exit status: 0 it is so now (also when it was before), 1 the daemon did not answer, 2 a command line that makes no
sense, 3 no daemon runs, 4 the daemon has no such service or server; nothing was changed.`;

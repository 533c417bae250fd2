// Runs a command in the lab: a guest kernel with IPVS on the host's files. node scripts/lab.mjs [--mem 2G] [--timeout S] -- COMMAND
import { LabError, runInLab, signalStatus } from '../packages/testkit/src/lab/boot.mjs';

const usage = `usage: node scripts/lab.mjs [--mem 2G] [--timeout SECONDS] [--out DIR] [--quiet] -- COMMAND [ARGS...]
Boots a guest kernel with IPVS, runs COMMAND in it and exits with its status. What it changes is thrown away, except for
files in DIR (default $LAB_OUT or .build/lab-out), which the command finds as $LAB_OUT. LAB_KERNEL=FILE boots another kernel.`;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const request = readArguments(args);
  if (request === undefined) {
    console.error(usage);
    return 2;
  }
  const stop = new AbortController();
  let stopped;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(name, () => {
      stopped = name;
      stop.abort();
    });
  }
  try {
    const { command, quiet, ...options } = request;
    const { code, bootSeconds, seconds } = await runInLab(command, { ...options, signal: stop.signal });
    if (!quiet) console.error(`lab: ${seconds.toFixed(1)} s, of which ${bootSeconds.toFixed(1)} s boot; exit ${code}`);
    return code;
  } catch (error) {
    if (stopped !== undefined) return signalStatus(stopped);
    if (!(error instanceof LabError)) throw error;
    console.error(`lab: ${error.message}`);
    return 125;
  }
}

function readArguments(args) {
  const options = {};
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], args[i + 1]];
    if (name === '--') return i + 1 < args.length ? { ...options, command: args.slice(i + 1) } : undefined;
    if (name === '--quiet') {
      options.quiet = true;
      i -= 1;
    } else if (name === '--mem' && /^\d+[MG]$/i.test(value ?? '')) options.memory = value;
    else if (name === '--timeout' && Number(value) > 0) options.timeout = Number(value);
    else if (name === '--out' && value?.startsWith('/')) options.outDir = value;
    else return undefined;
  }
  return undefined;
}

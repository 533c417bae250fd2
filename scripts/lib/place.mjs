// Where things are: the repository, its build folder, the Node that belongs to it, and the environment for its tools.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const buildDir = join(root, '.build');
const nodeDir = join(root, `node_modules/node-linux-${process.arch}/bin`);

/** The project's own Node once it is installed, else the one that runs this. */
export const projectNode = () => {
  const node = join(nodeDir, 'node');
  return existsSync(node) ? node : process.execPath;
};

/** The environment of every tool after the installation: the project's Node and its tools first, sbin included. */
export const toolEnvironment = () => ({
  ...process.env,
  PATH: [nodeDir, join(root, 'node_modules/.bin'), process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter),
});

export const jest = join(root, 'node_modules/jest/bin/jest.js');

// `npm run docs`: makes the pages that come from the sources: keyword reference, compatibility, the schema of Config.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectNode, root } from './lib/place.mjs';

const run = spawnSync(projectNode(), ['--no-warnings', join(root, 'e2e/docs/program.ts')], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;

// npm run setup: makes a fresh clone ready to run and test; quick when nothing changed.
import { setup } from './lib/setup.mjs';
import { runMain } from './lib/step.mjs';

await runMain(async () => {
  const { warnings } = await setup();
  for (const warning of warnings) console.log(`setup: ${warning}`);
  console.log(warnings.length === 0 ? 'setup: everything is ready' : 'setup: ready, except for the above');
});

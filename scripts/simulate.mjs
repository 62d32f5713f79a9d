// `npm run simulate -- …`: lets an overload happen on virtual time before admission and its rivals. See docs/simulator.md.
import { simulatorEntry } from './lib/build.mjs';
import { UserError, reportAndExit, say } from './lib/console.mjs';
import { prepare } from './lib/prepare.mjs';

try {
  await prepare({ simulator: true });
  const { SimulateError, simulateCommand } = await import(simulatorEntry);
  try {
    simulateCommand(process.argv.slice(2), say);
  } catch (error) {
    throw error instanceof SimulateError ? new UserError(error.message) : error;
  }
} catch (error) {
  reportAndExit(error);
}

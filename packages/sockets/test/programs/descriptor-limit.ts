// Asks for 4000 descriptors and says what it was given, and what the kernel says.
import { allowDescriptors, descriptorLimits } from '@vipward/sockets';

const before = descriptorLimits();
process.stdout.write(`${JSON.stringify({ before, given: allowDescriptors(4000), after: descriptorLimits() })}\n`);

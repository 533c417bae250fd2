// The contract of every IpvsKernel on the real kernel, over both transports.
import { describeWith, ipvsContract, needs } from '@vipward/testkit/jest';
import { openIpvsKernel } from '../../src/ipvs/open.ts';
import { openLibraryTransport } from '../../src/transport/library.ts';
import { openNativeTransport } from '../../src/transport/native.ts';

describeWith(needs('root', 'ipvs'), 'the real kernel', () => {
  ipvsContract('the kernel over our addon', () => openIpvsKernel({ transport: openNativeTransport }));
  ipvsContract('the kernel over the npm library', () => openIpvsKernel({ transport: openLibraryTransport }));
});

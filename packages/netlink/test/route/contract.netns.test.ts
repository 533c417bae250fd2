// The contract of every RouteKernel on the real kernel, over both transports.
import { describeWith, needs, routeContract, vethWorld } from '@vipward/testkit/jest';
import { openRouteKernel } from '../../src/route/open.ts';
import { openLibraryTransport } from '../../src/transport/library.ts';
import { openNativeTransport } from '../../src/transport/native.ts';

describeWith(needs('root', 'netns', 'link:veth'), 'the real kernel', () => {
  routeContract('the kernel over our addon', () =>
    vethWorld(() => openRouteKernel({ transport: openNativeTransport })),
  );
  routeContract('the kernel over the npm library', () =>
    vethWorld(() => openRouteKernel({ transport: openLibraryTransport })),
  );
});
